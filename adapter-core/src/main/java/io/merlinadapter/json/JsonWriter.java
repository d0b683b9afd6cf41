package io.merlinadapter.json;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts short JSON together, on one line. For one thread. */
public final class JsonWriter {
    private final StringBuilder out = new StringBuilder(192);

    /** JSON as it is. */
    public JsonWriter raw(String json) {
        out.append(json);
        return this;
    }

    /** A whole number. */
    public JsonWriter number(long number) {
        out.append(number);
        return this;
    }

    /** A text, quoted. */
    public JsonWriter text(String text) {
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        out.append('"').append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            character(text.charAt(i));
        }
        out.append('"');
        return this;
    }

    private static boolean isPlain(char c) {
        return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
    }

    /** A text, quoted, or null. */
    public JsonWriter textOrNull(@Nullable String text) {
        return text == null ? raw("null") : text(text);
    }

    private void character(char c) {
        switch (c) {
            case '"', '\\' -> out.append('\\').append(c);
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                // At the last three, too, some readers end a line.
                if (c < ' ' || c == '\u0085' || c == '\u2028' || c == '\u2029') {
                    out.append(String.format("\\u%04X", (int) c));
                } else {
                    out.append(c);
                }
            }
        }
    }

    /** What was put together, in UTF-8. */
    public byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
