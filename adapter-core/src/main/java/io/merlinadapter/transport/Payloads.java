package io.merlinadapter.transport;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
import io.merlinadapter.memory.MemoryBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The payloads behind one line, while they come. With their line they count as one that is as long as all of them: if that is
 * too long they are read to their end, and none is kept. One thread at a time.
 */
final class Payloads {
    private final long[] sizes;
    private final MemoryBudget budget;
    private final Duration patience;
    private final List<Body> bodies = new ArrayList<>();
    private final long total;
    /** A small reply always gets through, but many small payloads are no small reply. */
    private final int unpaid;

    private @Nullable BudgetedBuffer current;
    private @Nullable String limit;
    private int index;
    private long begun;
    private long owed;

    /**
     * @param line the length of their line
     * @param most how many bytes all may have together
     */
    Payloads(long line, long[] sizes, int most, MemoryBudget budget, Duration patience) {
        this.sizes = sizes;
        this.budget = budget;
        this.patience = patience;
        long sum = line;
        for (long size : sizes) {
            owed = sum(owed, size);
            sum = sum(sum, size);
        }
        this.total = sum;
        this.unpaid = sum <= LineSplitter.SMALL ? LineSplitter.SMALL : 0;
        if (sum > most) {
            limit = "--max-reply (" + most + " bytes)";
        }
    }

    private static long sum(long one, long other) {
        return one > Long.MAX_VALUE - other ? Long.MAX_VALUE : one + other;
    }

    /** Takes what is theirs of these bytes. Returns how many that were: all of them unless the payloads are complete. */
    int take(byte[] chunk, int from, int to) {
        int at = from;
        while (index < sizes.length) {
            int count = (int) Math.min(sizes[index] - begun, to - at);
            if (limit == null) {
                keep(chunk, at, count);
            }
            at += count;
            begun += count;
            owed -= count;
            if (begun < sizes[index]) {
                return at - from;
            }
            index++;
            begun = 0;
            if (limit == null && current != null) {
                bodies.add(current.take());
                current = null;
            }
        }
        return at - from;
    }

    private void keep(byte[] chunk, int from, int count) {
        BudgetedBuffer buffer = current;
        if (buffer == null) {
            int size = (int) sizes[index];
            buffer = new BudgetedBuffer(budget, size, size, unpaid, patience);
            current = buffer;
        }
        if (!buffer.add(chunk, from, count)) {
            limit = "what --memory-budget (" + budget.limit() + " bytes) has left";
            release();
        }
    }

    /** How many bytes are still to come. */
    long owed() {
        return owed;
    }

    /** How many bytes the line and its payloads have. */
    long total() {
        return total;
    }

    /** The limit that they exceed, named with its setting; null for none. */
    @Nullable
    String limit() {
        return limit;
    }

    /** Those that have come. They belong to the caller. */
    List<Body> bodies() {
        return bodies;
    }

    /** Lets go of what has come. */
    void release() {
        bodies.forEach(Body::release);
        bodies.clear();
        if (current != null) {
            current.clear();
            current = null;
        }
    }
}
