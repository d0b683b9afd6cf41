package io.merlinadapter.channel;

/**
 * One line for a child, without its newline. Compared by identity.
 */
public final class Line {
    private final byte[] bytes;
    private final int offset;
    private final int length;

    /** Takes the array as it is; it must not change until the line is written or withdrawn. */
    public Line(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    byte[] bytes() {
        return bytes;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }
}
