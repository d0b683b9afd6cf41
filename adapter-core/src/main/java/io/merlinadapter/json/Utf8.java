package io.merlinadapter.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
public final class Utf8 {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080808080808080L;

    private Utf8() {}

    /** The index in {@code bytes} of the first byte that is not UTF-8, or -1. */
    public static int firstFault(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int i = offset;
        while (i < end) {
            if (i + 8 <= end && ((long) LONGS.get(bytes, i) & HIGH_BITS) == 0) {
                i += 8;
            } else if (bytes[i] >= 0) {
                i++;
            } else {
                int size = sequence(bytes, i, end);
                if (size == 0) {
                    return i;
                }
                i += size;
            }
        }
        return -1;
    }

    /** The length of the byte order mark that the bytes begin with, which readers of JSON may skip (RFC 8259, 8.1), or 0. */
    public static int markLength(byte[] bytes, int offset, int length) {
        boolean marked = length >= 3
                && bytes[offset] == (byte) 0xef
                && bytes[offset + 1] == (byte) 0xbb
                && bytes[offset + 2] == (byte) 0xbf;
        return marked ? 3 : 0;
    }

    /** The length of the well-formed multi-byte sequence at {@code i}, or 0. */
    static int sequence(byte[] bytes, int i, int end) {
        int first = bytes[i] & 0xff;
        int left = end - i;
        if (first >= 0xc2 && first <= 0xdf) {
            return left >= 2 && continues(bytes[i + 1]) ? 2 : 0;
        }
        if (first >= 0xe0 && first <= 0xef) {
            return left >= 3 && second3(first, bytes[i + 1] & 0xff) && continues(bytes[i + 2]) ? 3 : 0;
        }
        if (first >= 0xf0 && first <= 0xf4) {
            return left >= 4
                            && second4(first, bytes[i + 1] & 0xff)
                            && continues(bytes[i + 2])
                            && continues(bytes[i + 3])
                    ? 4
                    : 0;
        }
        return 0;
    }

    private static boolean second3(int first, int second) {
        int low = first == 0xe0 ? 0xa0 : 0x80;
        int high = first == 0xed ? 0x9f : 0xbf;
        return second >= low && second <= high;
    }

    private static boolean second4(int first, int second) {
        int low = first == 0xf0 ? 0x90 : 0x80;
        int high = first == 0xf4 ? 0x8f : 0xbf;
        return second >= low && second <= high;
    }

    private static boolean continues(byte b) {
        return (b & 0xc0) == 0x80;
    }

    /** How many bytes a character has, which is no surrogate. */
    static int size(int character) {
        return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    }

    /** Puts a character, which is no surrogate, at {@code at}. Returns where it ends. */
    static int put(int character, byte[] target, int at) {
        int size = size(character);
        int rest = character;
        for (int i = size - 1; i > 0; i--) {
            target[at + i] = (byte) (0x80 | (rest & 0x3f));
            rest >>>= 6;
        }
        int lead = size == 1 ? 0 : 0xf00 >> size;
        target[at] = (byte) (lead | rest);
        return at + size;
    }

    /** The first byte of the character that the byte at {@code i} belongs to. */
    public static int startOfCharacter(byte[] bytes, int i) {
        int start = i;
        while ((bytes[start] & 0xc0) == 0x80) {
            start--;
        }
        return start;
    }

    /** True if the character at {@code i}, which has {@code length} bytes, ends a line for some readers: U+0085, U+2028 or U+2029. */
    static boolean isLineEnd(byte[] bytes, int i, int length) {
        return length == 2
                ? bytes[i] == (byte) 0xc2 && bytes[i + 1] == (byte) 0x85
                : bytes[i] == (byte) 0xe2
                        && bytes[i + 1] == (byte) 0x80
                        && (bytes[i + 2] == (byte) 0xa8 || bytes[i + 2] == (byte) 0xa9);
    }
}
