package io.merlinadapter.protocol;

/**
 * The names of an object's own members, as a set of bits: a union is an OR, and two objects with no bit in common have no
 * name in common. The reverse may be wrong now and then, as in any Bloom filter, and more often the more names there are.
 */
final class MemberNames {
    /** Of a value that has none, and of messages whose names say nothing. */
    static final long NONE = 0;

    /** Names that differ only further behind count as one. */
    private static final int LONGEST = 24;

    private static final long PRIME = 0x100000001b3L;
    private static final long START = 0xcbf29ce484222325L;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private MemberNames() {}

    /** The bit of the name in {@code bytes} at {@code from} up to, not including, {@code to}. */
    static long bit(byte[] bytes, int from, int to) {
        long hash = START ^ (to - from);
        for (int i = from; i < Math.min(to, from + LONGEST); i++) {
            hash = (hash ^ bytes[i]) * PRIME;
        }
        return 1L << (((hash ^ (hash >>> 32)) * GOLDEN) >>> 58);
    }
}
