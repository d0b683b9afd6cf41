package io.merlinadapter.protocol;

import java.io.Reader;

/**
 * Bytes as a parser that reads characters sees them: each byte is one, so that its offsets are those of the bytes. What is
 * not ASCII is not itself any more, which matters to nobody who only looks for where things are.
 */
final class ByteReader extends Reader {
    private final byte[] bytes;
    private final int end;
    private int next;

    ByteReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.next = offset;
        this.end = offset + length;
    }

    @Override
    public int read(char[] target, int offset, int length) {
        int count = Math.min(length, end - next);
        if (count <= 0) {
            return length == 0 ? 0 : -1;
        }
        for (int i = 0; i < count; i++) {
            target[offset + i] = (char) (bytes[next + i] & 0xff);
        }
        next += count;
        return count;
    }

    @Override
    public void close() {
        next = end;
    }
}
