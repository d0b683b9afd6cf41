package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts short JSON together. For one thread. */
final class JsonWriter {
    private final StringBuilder out = new StringBuilder(128);

    /** JSON as it is. */
    JsonWriter raw(String json) {
        out.append(json);
        return this;
    }

    /** A text, quoted. */
    JsonWriter text(String text) {
        out.append('"');
        int from = out.length();
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        for (int i = from; i < out.length(); i++) {
            // At these, too, some readers end a line.
            char c = out.charAt(i);
            if (c == '\u0085' || c == '\u2028' || c == '\u2029') {
                out.replace(i, i + 1, String.format("\\u%04x", (int) c));
            }
        }
        out.append('"');
        return this;
    }

    JsonWriter textOrNull(@Nullable String text) {
        return text == null ? raw("null") : text(text);
    }

    /** What was put together, in UTF-8. */
    byte[] bytes() {
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }
}
