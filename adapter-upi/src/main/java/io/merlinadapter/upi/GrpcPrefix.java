package io.merlinadapter.upi;

/** What stands before every message of gRPC: whether it is compressed, and its length in four bytes. */
final class GrpcPrefix {
    static final int LENGTH = 5;

    private GrpcPrefix() {}

    /** Whether a flag is one that there is. */
    static boolean isFlag(byte flag) {
        return flag == 0 || flag == 1;
    }

    /** The length of the message behind the prefix at {@code offset}; up to 4 GiB. */
    static long length(byte[] bytes, int offset) {
        long length = 0;
        for (int i = 1; i < LENGTH; i++) {
            length = (length << 8) | (bytes[offset + i] & 0xff);
        }
        return length;
    }

    /** A message that is not compressed, with its prefix. */
    static byte[] before(byte[] message) {
        byte[] framed = new byte[LENGTH + message.length];
        for (int i = 1; i < LENGTH; i++) {
            framed[i] = (byte) (message.length >>> (8 * (LENGTH - 1 - i)));
        }
        System.arraycopy(message, 0, framed, LENGTH, message.length);
        return framed;
    }
}
