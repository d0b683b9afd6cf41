package io.merlinadapter.upi.payload;

import com.fasterxml.jackson.core.io.NumberOutput;
import io.merlinadapter.memory.Body;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow, every growth paid for before it is made, up to a limit. Writes the parts of protobuf and of JSON. Used
 * by one thread at a time.
 */
final class PaidBytes {
    /** The longest array that every virtual machine makes. */
    static final int NO_LIMIT = Integer.MAX_VALUE - 16;

    private static final byte[] NOTHING = {};
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int FIRST = 256;
    private static final int LONGEST_NUMBER = 24;

    private final Purse purse;
    private final int limit;
    private final int first;
    private final int head;
    private byte[] bytes = NOTHING;
    private int length;

    /**
     * @param limit the number of bytes that must not be exceeded
     * @param first the number of bytes that are expected
     */
    PaidBytes(Purse purse, int limit, int first) {
        this(purse, limit, first, 0);
    }

    /** With a head of {@code head} bytes beyond the limit, of which the last four say how many bytes follow. */
    PaidBytes(Purse purse, int limit, int first, int head) {
        this.purse = purse;
        this.limit = (int) Math.min((long) limit + head, NO_LIMIT);
        this.first = Math.max(FIRST, first);
        this.head = head;
        for (int i = 0; i < head; i++) {
            put(0);
        }
    }

    int length() {
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Forgets what comes behind the first {@code size} bytes. */
    void cut(int size) {
        length = size;
    }

    /** Makes room for so many bytes more, if the limit lets that many come. */
    void expect(long more) {
        long wanted = Math.min(length + more, limit);
        if (wanted > bytes.length) {
            grow((int) wanted);
        }
    }

    /** Throws if so many bytes more are over the limit. */
    void checkRoom(long more) {
        if (more > limit - length) {
            throw purse.way().tooLong(limit - head);
        }
    }

    /** The bytes as a body, with what was paid for them. This object is empty afterwards. */
    Body take() {
        // The body may wait for long, and should not cost twice what it is worth.
        if (length < bytes.length / 2 && purse.tryPay(length)) {
            copyTo(length);
        }
        for (int i = 1; i <= 4 && i <= head; i++) {
            bytes[head - i] = (byte) ((length - head) >>> (8 * (i - 1)));
        }
        Body body = purse.body(bytes, length);
        bytes = NOTHING;
        length = 0;
        return body;
    }

    void put(int value) {
        makeRoom(1);
        bytes[length++] = (byte) value;
    }

    void put(byte[] source, int from, int to) {
        makeRoom(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    void put(byte[] source) {
        put(source, 0, source.length);
    }

    void utf8(String text) {
        put(text.getBytes(StandardCharsets.UTF_8));
    }

    void ascii(String text) {
        put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            put((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        put((int) rest);
    }

    void fixed64(long value) {
        makeRoom(8);
        for (int i = 0; i < 8; i++) {
            bytes[length++] = (byte) (value >>> (8 * i));
        }
    }

    /** A field of bytes or text. */
    void field(int tag, byte[] source, int from, int to) {
        varint(tag);
        varint(to - from);
        put(source, from, to);
    }

    void field(int tag, byte[] text) {
        field(tag, text, 0, text.length);
    }

    /** Begins a field whose length is not known yet; what is returned goes to {@link #end}. */
    int begin(int tag) {
        varint(tag);
        put(0);
        return length;
    }

    /** Puts the length of the field that began at {@code start} in front of it, which moves it if that takes more room. */
    void end(int start) {
        int size = length - start;
        int more = (31 - Integer.numberOfLeadingZeros(size | 1)) / 7;
        makeRoom(more);
        System.arraycopy(bytes, start, bytes, start + more, size);
        length = start - 1;
        varint(size);
        length += size;
    }

    /** The decimal digits of an integer. */
    void digits(long value) {
        makeRoom(LONGEST_NUMBER);
        length = NumberOutput.outputLong(value, bytes, length);
    }

    /** The shortest JSON that reads as this number, or a text for one that JSON has not. */
    void number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            put('"');
            ascii(Double.toString(value));
            put('"');
        } else {
            ascii(NumberOutput.toString(value, true));
        }
    }

    /** UTF-8 as a JSON text. */
    void quoted(byte[] source, int from, int to) {
        put('"');
        int copied = from;
        for (int at = from; at < to; at++) {
            int size = special(source, at, to);
            if (size != 0) {
                put(source, copied, at);
                escape(source, at);
                at += size - 1;
                copied = at + 1;
            }
        }
        put(source, copied, to);
        put('"');
    }

    void quoted(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        quoted(utf8, 0, utf8.length);
    }

    /** How long the character is that must be escaped here; 0 if it need not. At U+0085, U+2028 and U+2029 some readers end a line. */
    private static int special(byte[] source, int at, int to) {
        int b = source[at];
        if (b >= 0) {
            return b < ' ' || b == '"' || b == '\\' ? 1 : 0;
        }
        if (b == (byte) 0xc2) {
            return at + 1 < to && source[at + 1] == (byte) 0x85 ? 2 : 0;
        }
        boolean separator =
                b == (byte) 0xe2 && at + 2 < to && source[at + 1] == (byte) 0x80 && (source[at + 2] & 0xfe) == 0xa8;
        return separator ? 3 : 0;
    }

    private void escape(byte[] source, int at) {
        int b = source[at];
        if (b == '"' || b == '\\') {
            put('\\');
            put(b);
        } else if (b == '\n') {
            ascii("\\n");
        } else {
            unicode(b >= 0 ? b : b == (byte) 0xc2 ? 0x85 : 0x2000 | (source[at + 2] & 0x3f));
        }
    }

    private void unicode(int character) {
        ascii("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            put(HEX[(character >> shift) & 0xf]);
        }
    }

    private void makeRoom(int count) {
        if (count > limit - length) {
            throw purse.way().tooLong(limit - head);
        }
        if (length + count > bytes.length) {
            grow(length + count);
        }
    }

    private void grow(int needed) {
        long wanted = bytes.length == 0 ? first : 2L * bytes.length;
        int capacity = (int) Math.max(needed, Math.min(wanted, limit));
        // Both arrays exist while the one is copied to the other, so both are paid for.
        purse.pay(capacity);
        copyTo(capacity);
    }

    private void copyTo(int capacity) {
        int before = bytes.length;
        try {
            bytes = Arrays.copyOf(bytes, capacity);
        } catch (OutOfMemoryError e) {
            // The budget promised more than the heap has: this one fails, and the others go on.
            throw purse.noMemory();
        }
        purse.giveBack(before);
    }
}
