package io.merlinadapter.transport;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
import io.merlinadapter.memory.MemoryBudget;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into lines. A line that is longer than allowed is read to its end and reported, never kept: the
 * next line is unharmed. No byte is looked at twice. One thread at a time.
 */
public final class LineSplitter {
    /** Lines up to this size always get through, whatever the budget has left: small replies must. */
    static final int SMALL = MemoryBudget.SMALL;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGH_BITS = 0x8080808080808080L;

    private static final int FIRST = 4096;
    private static final int HEAD = 1024;

    private final int maxLine;
    private final MemoryBudget budget;
    private final Sink sink;
    private final Duration patience;
    private final BudgetedBuffer pending;
    private @Nullable Payloads payloads;
    private long skipped;
    private String limit = "";

    /** Receives lines, without their newline. */
    public interface Sink {
        /** A line, which now belongs to the sink. */
        void line(Body line);

        /** Part of a line that can't be kept, from its first byte on, in a buffer that is reused after the call. */
        void skip(byte[] bytes, int offset, int length);

        /** The end of a line that could not be kept: its length, and the limit that it exceeded. */
        void cut(long total, String limit);

        /**
         * All bytes have come that were expected behind a line ({@link #expect}).
         *
         * @param kept the payloads, which now belong to the sink; nothing if there is a limit
         * @param limit the limit that the line and its payloads exceed together; null if they don't
         * @param total how many bytes those are
         */
        default void payloads(List<Body> kept, @Nullable String limit, long total) {
            kept.forEach(Body::release);
        }

        /** Behind the bytes that were expected comes no newline: they are not what they were said to be. */
        default void lost() {}
    }

    /**
     * @param maxLine the longest line, in bytes
     * @param budget pays for lines
     * @param patience how long a long line may wait for memory; its program waits meanwhile
     */
    public LineSplitter(int maxLine, MemoryBudget budget, Duration patience, Sink sink) {
        this.maxLine = maxLine;
        this.budget = budget;
        this.sink = sink;
        this.patience = patience;
        this.pending = new BudgetedBuffer(budget, FIRST, maxLine, SMALL, patience);
    }

    /** Takes the next bytes of the stream, which may be reused after the call. */
    public void feed(byte[] chunk, int length) {
        int from = 0;
        while (from < length) {
            if (payloads != null) {
                from += feed(payloads, chunk, from, length);
                continue;
            }
            int newline = indexOfNewline(chunk, from, length);
            int end = newline < 0 ? length : newline;
            if (newline >= 0 && isWholeAndSmall(end - from)) {
                sink.line(Body.copyOf(chunk, from, end - from, budget));
            } else {
                keep(chunk, from, end - from);
                if (newline >= 0) {
                    finish();
                }
            }
            from = end + 1;
        }
    }

    /**
     * To be called by the sink while it takes a line: behind it come payloads, bytes that are no lines, and a newline.
     *
     * @param line the length of the line
     */
    void expect(long line, long[] sizes) {
        payloads = new Payloads(line, sizes, maxLine, budget, patience);
    }

    private int feed(Payloads expected, byte[] chunk, int from, int to) {
        int taken = expected.take(chunk, from, to);
        if (from + taken == to) {
            return taken;
        }
        payloads = null;
        if (chunk[from + taken] == '\n') {
            sink.payloads(expected.bodies(), expected.limit(), expected.total());
        } else {
            expected.release();
            sink.lost();
        }
        return taken + 1;
    }

    private boolean isWholeAndSmall(int length) {
        return pending.length() == 0 && skipped == 0 && isSmall(length);
    }

    /** True if a line of this length gets through, whatever the budget has left. */
    boolean isSmall(int length) {
        return length <= Math.min(maxLine, SMALL);
    }

    /** True if the next byte is the first of a line. */
    boolean isAtStart() {
        return pending.length() == 0 && skipped == 0 && payloads == null;
    }

    /** The stream is over. Returns the beginning of an unfinished last line, which is no line but output to be shown. */
    public byte[] end() {
        byte[] rest = Arrays.copyOf(pending.bytes(), Math.min(pending.length(), HEAD));
        pending.clear();
        skipped = 0;
        if (payloads != null) {
            payloads.release();
            payloads = null;
        }
        return rest;
    }

    /** Bytes that are still to come of what was expected behind a line, with the newline behind them. */
    long owed() {
        return payloads == null ? 0 : payloads.owed() + 1;
    }

    /** Bytes of a line whose end has not come, as far as they are kept. */
    int pending() {
        return skipped > 0 ? 0 : pending.length();
    }

    /** A copy of those, from an index on, or nothing if there are more than {@code most}. */
    byte[] peek(int from, int most) {
        int to = pending();
        return to - from > most ? new byte[0] : Arrays.copyOfRange(pending.bytes(), Math.min(from, to), to);
    }

    static int indexOfNewline(byte[] bytes, int from, int to) {
        int i = from;
        while (i <= to - Long.BYTES) {
            // A newline becomes 0, the one byte from which 1 can't be taken without a borrow.
            long eight = (long) LONGS.get(bytes, i) ^ '\n' * ONES;
            long zeros = (eight - ONES) & ~eight & HIGH_BITS;
            if (zeros != 0) {
                return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
            }
            i += Long.BYTES;
        }
        for (; i < to; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void keep(byte[] chunk, int from, int length) {
        if (skipped > 0) {
            skipped += length;
            sink.skip(chunk, from, length);
        } else if (pending.length() + (long) length > maxLine) {
            cut("--max-reply (" + maxLine + " bytes)", chunk, from, length);
        } else if (!pending.add(chunk, from, length)) {
            cut("what --memory-budget (" + budget.limit() + " bytes) has left", chunk, from, length);
        }
    }

    private void cut(String exceeded, byte[] chunk, int from, int length) {
        skipped = pending.length() + (long) length;
        limit = exceeded;
        sink.skip(pending.bytes(), 0, pending.length());
        sink.skip(chunk, from, length);
        pending.clear();
    }

    private void finish() {
        if (skipped > 0) {
            sink.cut(skipped, limit);
            skipped = 0;
        } else {
            sink.line(pending.take());
        }
    }
}
