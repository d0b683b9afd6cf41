package io.merlinadapter.upi.payload;

import java.util.Arrays;

/** A list of texts in UTF-8, close together in one array. Used by one thread at a time. */
final class Texts {
    private static final int LONGEST_SHOWN = 100;

    private final PaidBytes bytes;
    private final PaidInts ends;

    Texts(Purse purse) {
        bytes = new PaidBytes(purse, PaidBytes.NO_LIMIT, 0);
        ends = new PaidInts(purse);
    }

    int count() {
        return ends.count();
    }

    void add(byte[] source, int from, int to) {
        bytes.put(source, from, to);
        close();
    }

    /** What was put to {@link #open()} is a text. */
    void close() {
        ends.add(bytes.length());
    }

    /** Where to put the next text, in pieces. */
    PaidBytes open() {
        return bytes;
    }

    byte[] bytes() {
        return bytes.bytes();
    }

    int from(int index) {
        return index == 0 ? 0 : ends.get(index - 1);
    }

    int to(int index) {
        return ends.get(index);
    }

    /** A text for a message, cut if it is too long for one. */
    String get(int index) {
        return shown(bytes(), from(index), to(index));
    }

    boolean is(int index, byte[] utf8, int from, int to) {
        return Arrays.equals(bytes(), from(index), to(index), utf8, from, to);
    }

    boolean equal(int index, Texts other, int at) {
        return Arrays.equals(bytes(), from(index), to(index), other.bytes(), other.from(at), other.to(at));
    }

    int compare(int index, Texts other, int at) {
        return Arrays.compare(bytes(), from(index), to(index), other.bytes(), other.from(at), other.to(at));
    }

    /** UTF-8 for a message, quoted, cut if it is too long for one. */
    static String shown(byte[] utf8, int from, int to) {
        return '"' + io.merlinadapter.text.Texts.shorten(utf8, from, to - from, LONGEST_SHOWN) + '"';
    }
}
