package io.merlinadapter.upi.table;

import io.merlinadapter.json.JsonNumbers;
import io.merlinadapter.json.JsonText;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes JSON on one line. For one thread. */
final class JsonOutput {
    private final Output out;

    JsonOutput(Output out) {
        this.out = out;
    }

    /** As {@link Output#translating}. */
    void translating(int from, int to) {
        out.translating(from, to);
    }

    /** As {@link Output#translated}. */
    void translated(int at) {
        out.translated(at);
    }

    /** JSON as it is, which is ASCII. */
    JsonOutput raw(String json) {
        out.ascii(json);
        return this;
    }

    JsonOutput raw(char json) {
        out.put(json);
        return this;
    }

    /** A comma, but not before the first of a list. */
    void comma(int index) {
        if (index > 0) {
            out.put(',');
        }
    }

    JsonOutput integer(long value) {
        out.room(JsonNumbers.LONGEST);
        out.setLength(JsonNumbers.put(value, out.bytes(), out.length()));
        return this;
    }

    /** A number, or a text for one that JSON does not have. */
    JsonOutput real(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return raw('"').raw(Double.toString(value)).raw('"');
        }
        out.room(JsonNumbers.LONGEST);
        out.setLength(JsonNumbers.put(value, out.bytes(), out.length()));
        return this;
    }

    JsonOutput text(byte[] utf8, int from, int to) {
        out.room(JsonText.size(utf8, from, to));
        out.setLength(JsonText.put(utf8, from, to, out.bytes(), out.length()));
        return this;
    }

    JsonOutput text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return text(utf8, 0, utf8.length);
    }

    /** The word for a type, or null. */
    JsonOutput type(@Nullable ColumnType type) {
        return type == null ? raw("null") : text(type.name());
    }
}
