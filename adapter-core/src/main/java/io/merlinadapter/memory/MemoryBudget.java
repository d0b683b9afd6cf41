package io.merlinadapter.memory;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One budget of bytes for everything that callers and children make the adapter hold: bodies being received, queued
 * and in flight, and replies not yet written out. Safe to use on any thread.
 */
public final class MemoryBudget {
    private final long limit;
    private final @Nullable MemoryBudget whole;
    private final AtomicLong used;

    public MemoryBudget(long limit) {
        this(limit, null, 0);
    }

    private MemoryBudget(long limit, @Nullable MemoryBudget whole, long used) {
        this.limit = limit;
        this.whole = whole;
        this.used = new AtomicLong(used);
    }

    /**
     * The share of one message in this budget: what is taken from it is taken from this budget, too. What it refuses would
     * not even fit if the message were alone.
     *
     * @param held what the message has taken from this budget before, and gives back without the share
     */
    public MemoryBudget share(long held) {
        return new MemoryBudget(limit, this, held);
    }

    /** Takes {@code bytes} if they fit. */
    public boolean tryReserve(long bytes) {
        if (used.addAndGet(bytes) <= limit && (whole == null || whole.tryReserve(bytes))) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /** Takes {@code bytes} even when they do not fit: for small replies, which must always get through. */
    public void reserve(long bytes) {
        used.addAndGet(bytes);
        if (whole != null) {
            whole.reserve(bytes);
        }
    }

    public void release(long bytes) {
        used.addAndGet(-bytes);
        if (whole != null) {
            whole.release(bytes);
        }
    }

    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }
}
