package io.merlinadapter.upi.table;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.memory.Body;
import io.merlinadapter.text.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A text in UTF-8, or other bytes, where they lie in an array: nothing is copied. */
final class Slice {
    static final Slice EMPTY = new Slice(new byte[0], 0, 0);

    private static final int LONGEST_SHOWN = 100;

    final byte[] bytes;
    final int from;
    final int to;

    Slice(byte[] bytes, int from, int to) {
        this.bytes = bytes;
        this.from = from;
        this.to = to;
    }

    static Slice of(Body body) {
        return new Slice(body.bytes(), body.offset(), body.offset() + body.length());
    }

    static Slice of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return new Slice(utf8, 0, utf8.length);
    }

    /** What the string or name says that the scanner is at; with escapes it is decoded to {@code scratch}, until the next one. */
    static Slice of(JsonScanner in, byte[] json, Output scratch) throws JsonException {
        if (in.isPlain()) {
            return new Slice(json, in.start() + 1, in.end() - 1);
        }
        scratch.setLength(0);
        scratch.room(in.textSize());
        return new Slice(scratch.bytes(), 0, in.copyText(scratch.bytes(), 0));
    }

    int length() {
        return to - from;
    }

    boolean is(Slice other) {
        return Arrays.equals(bytes, from, to, other.bytes, other.from, other.to);
    }

    /** In quotes, for a message. */
    String shown() {
        return '"' + Texts.shorten(bytes, from, length(), LONGEST_SHOWN) + '"';
    }
}
