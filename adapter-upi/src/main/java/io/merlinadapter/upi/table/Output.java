package io.merlinadapter.upi.table;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a message is translated to: bytes in an array that grows, up to a limit. Its size is judged by what has come out so
 * far of how much input, because an array that has to be made twice needs the memory of both. For one thread.
 */
final class Output implements AutoCloseable {
    /** The longest array that every virtual machine makes. */
    static final int NO_LIMIT = Integer.MAX_VALUE - 16;

    /** Room that may be asked for beyond the limit, by those who know only the most that they will write. */
    private static final int SLACK = 32;

    private static final int LARGEST_FIRST = 64 * 1024;
    private static final int SMALLEST_FIRST = 128;
    /** So much input tells how much output the rest will make. */
    private static final int ENOUGH_INPUT = 4096;

    private final MessageMemory memory;
    private final BudgetedBuffer buffer;
    private final int limit;
    private final int first;
    private int inputStart;
    private int inputAt;
    private int inputEnd;
    private int outputStart;
    private int head;

    /**
     * @param limit the number of bytes that must not be exceeded
     * @param expected the number of bytes that are expected
     */
    Output(MessageMemory memory, int limit, long expected) {
        this.memory = memory;
        this.buffer = memory.buffer();
        this.limit = Math.min(limit, NO_LIMIT);
        this.first = (int) Math.max(SMALLEST_FIRST, Math.min(expected, LARGEST_FIRST));
    }

    /** Begins with {@code size} zero bytes, which do not count against the limit. */
    void startWithHead(int size) {
        head = size;
        put(new byte[size], 0, size);
    }

    /** From here on, the input from {@code from} to {@code to} is translated, of which {@link #translated} tells. */
    void translating(int from, int to) {
        inputStart = from;
        inputAt = from;
        inputEnd = to;
        outputStart = length();
    }

    /** All input before {@code at} is translated. */
    void translated(int at) {
        inputAt = at;
    }

    /** Makes room for {@code count} bytes behind the content. */
    void room(long count) {
        if (length() + count > buffer.bytes().length) {
            grow((long) length() + count);
        }
    }

    private void grow(long needed) {
        if (needed > (long) limit + head + SLACK) {
            throw memory.tooLong(limit);
        }
        int capacity = buffer.bytes().length;
        long read = (long) inputAt - inputStart;
        long preferred;
        if (capacity == 0) {
            preferred = first;
        } else if (read < ENOUGH_INPUT) {
            preferred = 2L * capacity;
        } else {
            long rest = (long) ((double) (length() - outputStart) / read * (inputEnd - inputAt));
            preferred = needed + rest + rest / 32;
        }
        long most = Math.min((long) limit + head + SLACK, NO_LIMIT);
        // A little more than is needed, or the next few bytes would need as much memory again.
        long least = Math.min(most, needed + needed / 64);
        memory.grow(buffer, least, Math.min(most, Math.max(preferred, needed + needed / 8)));
    }

    byte[] bytes() {
        return buffer.bytes();
    }

    int length() {
        return buffer.length();
    }

    /** The content ends here now. */
    void setLength(int length) {
        buffer.setLength(length);
    }

    void put(int value) {
        room(1);
        int at = length();
        bytes()[at] = (byte) value;
        setLength(at + 1);
    }

    void put(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes(), length(), to - from);
        setLength(length() + to - from);
    }

    /** Makes the array as short as its content if that is worth it: it will be kept, and should not cost twice its worth. */
    void trim() {
        if (length() < bytes().length / 2) {
            buffer.trim();
        }
    }

    void ascii(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        put(bytes, 0, bytes.length);
    }

    /** The bytes as a body, with what was paid for them. This object is empty afterwards. */
    Body take() {
        if (length() - head > limit) {
            throw memory.tooLong(limit);
        }
        trim();
        return buffer.take();
    }

    /** Gives back what was paid for bytes that nobody took. */
    @Override
    public void close() {
        buffer.clear();
    }
}
