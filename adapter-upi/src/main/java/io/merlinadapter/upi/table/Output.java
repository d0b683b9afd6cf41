package io.merlinadapter.upi.table;

import static com.google.protobuf.WireFormat.WIRETYPE_FIXED64;
import static com.google.protobuf.WireFormat.WIRETYPE_LENGTH_DELIMITED;
import static com.google.protobuf.WireFormat.WIRETYPE_VARINT;

import com.google.protobuf.CodedOutputStream;
import io.merlinadapter.json.JsonNumbers;
import io.merlinadapter.json.JsonText;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;

/**
 * What a message is translated to, JSON on one line or protobuf: bytes in an array that grows, up to a limit. Its size is
 * judged by what has come out so far of how much input, because an array that has to be made twice needs the memory of
 * both. (CodedOutputStream writes to an array that does not grow, and can't go back.) For one thread.
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

    private static final int LONGEST_VARINT = 10;

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
        room(size);
        setLength(size);
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
            grow(length() + count);
        }
    }

    /** Makes room for {@code count} bytes behind the content, and none for more: they are all that will come. */
    void exactly(long count) {
        long needed = length() + count;
        checkLimit(needed);
        if (needed > buffer.bytes().length) {
            memory.grow(buffer, needed, needed);
        }
    }

    /** Makes room for {@code count} bytes behind the content. Returns false if those would exceed the limit. */
    boolean mayHold(long count) {
        if (length() + count > (long) limit + head) {
            return false;
        }
        room(count);
        return true;
    }

    /** About so many bytes will come; there is room for them then, where there is memory for it. */
    void foresee(long count) {
        long preferred = Math.min(length() + count, Math.min((long) limit + head + SLACK, NO_LIMIT));
        if (preferred > buffer.bytes().length) {
            memory.grow(buffer, buffer.bytes().length, preferred);
        }
    }

    private void checkLimit(long needed) {
        if (needed > (long) limit + head + SLACK) {
            throw memory.tooLong(limit);
        }
    }

    private void grow(long needed) {
        checkLimit(needed);
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

    Output put(int value) {
        room(1);
        int at = length();
        bytes()[at] = (byte) value;
        setLength(at + 1);
        return this;
    }

    Output fixed32(int value) {
        room(Integer.BYTES);
        LittleEndian.putInt(bytes(), length(), value);
        setLength(length() + Integer.BYTES);
        return this;
    }

    Output put(Slice source) {
        room(source.length());
        System.arraycopy(source.bytes, source.from, bytes(), length(), source.length());
        setLength(length() + source.length());
        return this;
    }

    /** JSON as it is, which is ASCII. */
    Output json(String json) {
        int size = json.length();
        room(size);
        byte[] bytes = bytes();
        int at = length();
        for (int i = 0; i < size; i++) {
            bytes[at + i] = (byte) json.charAt(i);
        }
        setLength(at + size);
        return this;
    }

    /** A comma, but not before the first of a list. */
    Output comma(int index) {
        return index > 0 ? put(',') : this;
    }

    Output jsonNumber(long value) {
        room(JsonNumbers.LONGEST);
        setLength(JsonNumbers.put(value, bytes(), length()));
        return this;
    }

    /** A number, or a text for one that JSON does not have. */
    Output jsonNumber(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return jsonText(Slice.of(Double.toString(value)));
        }
        room(JsonNumbers.LONGEST);
        setLength(JsonNumbers.put(value, bytes(), length()));
        return this;
    }

    Output jsonText(Slice text) {
        room(JsonText.size(text.bytes, text.from, text.to));
        setLength(JsonText.put(text.bytes, text.from, text.to, bytes(), length()));
        return this;
    }

    /** Writes a field of protobuf that is an integer, an enum or a bool. */
    void field(int number, long value) {
        varint((long) number << 3 | WIRETYPE_VARINT);
        varint(value);
    }

    void field(int number, double value) {
        varint((long) number << 3 | WIRETYPE_FIXED64);
        room(Double.BYTES);
        LittleEndian.putLong(bytes(), length(), Double.doubleToRawLongBits(value));
        setLength(length() + Double.BYTES);
    }

    /** Writes a field that is a text or bytes, or a message that lies ready. */
    void field(int number, Slice value) {
        varint((long) number << 3 | WIRETYPE_LENGTH_DELIMITED);
        varint(value.length());
        put(value);
    }

    // Defaults are left out, as by all of protobuf's own writers: whoever reads and writes a message again gets as many
    // bytes.

    void fieldUnlessDefault(int number, long value) {
        if (value != 0) {
            field(number, value);
        }
    }

    void fieldUnlessDefault(int number, double value) {
        if (Double.doubleToRawLongBits(value) != 0) {
            field(number, value);
        }
    }

    void fieldUnlessDefault(int number, Slice value) {
        if (value.length() > 0) {
            field(number, value);
        }
    }

    /** An integer in as few bytes as it needs, seven bits in each. */
    void varint(long value) {
        room(LONGEST_VARINT);
        byte[] bytes = bytes();
        int at = length();
        long rest = value;
        for (; (rest & ~0x7f) != 0; rest >>>= 7) {
            bytes[at++] = (byte) (rest | 0x80);
        }
        bytes[at++] = (byte) rest;
        setLength(at);
    }

    /**
     * Begins a field that is a message.
     *
     * @param expected about how many bytes it will have
     * @return what goes to {@link #end}: where the message begins
     */
    int begin(int number, int expected) {
        varint((long) number << 3 | WIRETYPE_LENGTH_DELIMITED);
        int width = CodedOutputStream.computeUInt32SizeNoTag(expected);
        for (int i = 0; i < width; i++) {
            put(width);
        }
        return length();
    }

    /** Puts the length of the message in front of it; if that takes other room than was expected, the message moves. */
    void end(int start) {
        int size = length() - start;
        int expected = bytes()[start - 1];
        int width = CodedOutputStream.computeUInt32SizeNoTag(size);
        int moved = start - expected + width;
        if (width != expected) {
            room(width);
            System.arraycopy(bytes(), start, bytes(), moved, size);
        }
        setLength(start - expected);
        varint(size);
        setLength(moved + size);
    }

    /** The bytes as a body, with what was paid for them. This object is empty afterwards. */
    Body take() {
        if (length() - head > limit) {
            throw memory.tooLong(limit);
        }
        trim();
        return buffer.take();
    }

    /** Makes the array as short as its content if that is worth it: it will be kept, and should not cost twice its worth. */
    void trim() {
        if (length() < bytes().length / 2) {
            buffer.trim();
        }
    }

    /** Gives back what was paid for bytes that nobody took. */
    @Override
    public void close() {
        buffer.clear();
    }
}
