package io.merlinadapter.protocol;

import java.util.Arrays;

/** Keeps the beginning of a line. */
abstract class HeadSkim implements Skim {
    private static final int KEPT = 1024;

    private byte[] head = {};

    @Override
    public void feed(byte[] bytes, int offset, int length) {
        int more = Math.min(KEPT - head.length, length);
        if (more > 0) {
            head = Arrays.copyOf(head, head.length + more);
            System.arraycopy(bytes, offset, head, head.length - more, more);
        }
    }

    @Override
    public byte[] head() {
        return head;
    }
}
