package io.merlinadapter.json;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Forms, which callers send who leave the JSON to their tool: {@code curl -F km=2}, {@code curl -d km=2}. */
public final class FormBody {
    private static final String REMEDY = "; send the JSON itself, as curl does with -d @request.json";

    /** How much of a body says whether it is a form. */
    private static final int LOOKED_AT = 256;

    private static final Pattern FIELD =
            Pattern.compile("[\\w.%+\\[\\]-]*[A-Za-z_][\\w.%+\\[\\]-]*=[^=].*", Pattern.DOTALL);

    private FormBody() {}

    /**
     * Why a body that a caller sent is no JSON: what {@code e} says, or that it is a form. By how it begins, for a
     * Content-Type says little: curl calls everything a form.
     */
    public static String explain(JsonException e, byte[] body, int from, int to) {
        String start = new String(body, from, Math.min(to - from, LOOKED_AT), StandardCharsets.ISO_8859_1);
        if (start.startsWith("--")) {
            return "it is a form (multipart/form-data)" + REMEDY;
        }
        return FIELD.matcher(start).matches() ? "it is a form (name=value)" + REMEDY : String.valueOf(e.getMessage());
    }
}
