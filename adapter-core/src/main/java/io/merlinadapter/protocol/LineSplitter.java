package io.merlinadapter.protocol;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import java.util.Arrays;

/**
 * Cuts a stream of bytes into lines. A line that is longer than allowed is read to its end and reported, never kept: the
 * next line is unharmed. Keeps its place, so that no byte is looked at twice. For one thread at a time.
 */
public final class LineSplitter {
    /** Below this a line needs no leave: small replies must always get through. */
    static final int FREE = 64 * 1024;

    private static final int HEAD = 1024;

    private final int maxLine;
    private final MemoryBudget budget;
    private final Sink sink;

    private byte[] pending = new byte[0];
    private int size;
    private long reserved;
    private long skipped;
    private String cutBy = "";

    /** Where lines go, without their newline. */
    public interface Sink {
        /** A line in a buffer that is reused after the call. */
        void line(byte[] bytes, int offset, int length);

        /** A large line, which now belongs to the sink. */
        void largeLine(Body line);

        /** Part of a line that can't be kept, from its first byte on, in a buffer that is reused after the call. */
        void skip(byte[] bytes, int offset, int length);

        /** The end of a line that could not be kept: its length, and the limit it went over. */
        void cut(long total, String limit);
    }

    /**
     * @param maxLine the longest line, in bytes
     * @param budget what lines above 64 KiB are paid from while they are put together
     */
    public LineSplitter(int maxLine, MemoryBudget budget, Sink sink) {
        this.maxLine = maxLine;
        this.budget = budget;
        this.sink = sink;
    }

    /** Takes the next bytes of the stream, which may be reused after the call. */
    public void feed(byte[] chunk, int length) {
        int from = 0;
        while (from < length) {
            int newline = indexOfNewline(chunk, from, length);
            int end = newline < 0 ? length : newline;
            if (newline >= 0 && size == 0 && skipped == 0 && end - from <= maxLine) {
                sink.line(chunk, from, end - from);
            } else {
                keep(chunk, from, end - from);
                if (newline >= 0) {
                    finish();
                }
            }
            from = end + 1;
        }
    }

    /** The stream is over: an unfinished last line is no line, and is given back to be shown as output. */
    public byte[] end() {
        byte[] rest = Arrays.copyOf(pending, Math.min(size, HEAD));
        reset();
        return rest;
    }

    private static int indexOfNewline(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void keep(byte[] chunk, int from, int length) {
        if (skipped == 0 && size + (long) length > maxLine) {
            cut("--max-reply (" + maxLine + " bytes)", chunk, from, length);
        } else if (skipped == 0 && !room(size + length)) {
            cut("what --memory-budget (" + budget.limit() + " bytes) has left", chunk, from, length);
        } else if (skipped > 0) {
            skipped += length;
            sink.skip(chunk, from, length);
        } else {
            System.arraycopy(chunk, from, pending, size, length);
            size += length;
        }
    }

    private void cut(String limit, byte[] chunk, int from, int length) {
        skipped = size + (long) length;
        cutBy = limit;
        sink.skip(pending, 0, size);
        sink.skip(chunk, from, length);
        release();
        pending = new byte[0];
        size = 0;
    }

    private boolean room(int needed) {
        if (needed <= pending.length) {
            return true;
        }
        int capacity = Math.min(maxLine, Math.max(needed, Math.max(4096, pending.length * 2)));
        // While it grows there are two of it.
        long more = capacity <= FREE ? 0 : (long) capacity + pending.length - reserved;
        if (more > 0 && !budget.tryReserve(more)) {
            return false;
        }
        reserved += Math.max(0, more);
        pending = Arrays.copyOf(pending, capacity);
        if (reserved > capacity) {
            budget.release(reserved - capacity);
            reserved = capacity;
        }
        return true;
    }

    private void finish() {
        if (skipped > 0) {
            sink.cut(skipped, cutBy);
        } else if (size > FREE) {
            Body line = new Body(pending, 0, size, budget, reserved);
            reserved = 0;
            pending = new byte[0];
            sink.largeLine(line);
        } else {
            sink.line(pending, 0, size);
        }
        reset();
    }

    private void reset() {
        size = 0;
        skipped = 0;
        if (pending.length > FREE) {
            pending = new byte[0];
        }
        release();
    }

    private void release() {
        budget.release(reserved);
        reserved = 0;
    }
}
