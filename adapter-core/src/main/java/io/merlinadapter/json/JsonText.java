package io.merlinadapter.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * UTF-8 as a string of JSON, straight from one array to another. U+0085, U+2028 and U+2029 are escaped, too: some readers
 * end a line there.
 */
public final class JsonText {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    private JsonText() {}

    /** How many bytes {@link #put} writes, the quotes among them; may be more than an int holds. */
    public static long size(byte[] utf8, int from, int to) {
        long size = 2L + to - from;
        for (int i = nextSpecial(utf8, from, to); i < to; i = nextSpecial(utf8, i, to)) {
            int length = length(utf8[i]);
            size += (letter(utf8[i]) != 0 ? 2 : JsonScanner.ESCAPE) - length;
            i += length;
        }
        return size;
    }

    /** Writes the string, in quotes. Returns where in {@code target} it ends. */
    public static int put(byte[] utf8, int from, int to, byte[] target, int offset) {
        int at = offset;
        int copied = from;
        target[at++] = '"';
        for (int i = nextSpecial(utf8, from, to); i < to; i = nextSpecial(utf8, copied, to)) {
            System.arraycopy(utf8, copied, target, at, i - copied);
            at = escape(utf8, i, target, at + i - copied);
            copied = i + length(utf8[i]);
        }
        System.arraycopy(utf8, copied, target, at, to - copied);
        at += to - copied;
        target[at++] = '"';
        return at;
    }

    private static int escape(byte[] utf8, int i, byte[] target, int offset) {
        int b = utf8[i];
        int at = offset;
        target[at++] = '\\';
        if (letter(b) != 0) {
            target[at++] = (byte) letter(b);
            return at;
        }
        int character = b >= 0 ? b : length(b) == 2 ? 0x85 : 0x2000 | (utf8[i + 2] & 0x3f);
        target[at++] = 'u';
        for (int shift = 12; shift >= 0; shift -= 4) {
            target[at++] = HEX[(character >> shift) & 0xf];
        }
        return at;
    }

    /** The letter that stands for the byte behind a backslash, or 0. */
    private static int letter(int b) {
        return switch (b) {
            case '"', '\\' -> b;
            case '\b' -> 'b';
            case '\f' -> 'f';
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> 0;
        };
    }

    /** Of a character that has to be escaped. */
    private static int length(int first) {
        return first >= 0 ? 1 : first == (byte) 0xc2 ? 2 : 3;
    }

    /** The next character that has to be escaped, or {@code to}. */
    private static int nextSpecial(byte[] utf8, int from, int to) {
        int i = from;
        while (i < to) {
            if (i <= to - Long.BYTES && JsonScanner.special((long) LONGS.get(utf8, i)) == 0) {
                i += Long.BYTES;
                continue;
            }
            int b = utf8[i];
            boolean special = b >= 0 ? b < ' ' || b == '"' || b == '\\' : isLineEnd(utf8, i, to);
            if (special) {
                return i;
            }
            i++;
        }
        return to;
    }

    private static boolean isLineEnd(byte[] utf8, int i, int to) {
        int length = length(utf8[i]);
        return i + length <= to && Utf8.isLineEnd(utf8, i, length);
    }
}
