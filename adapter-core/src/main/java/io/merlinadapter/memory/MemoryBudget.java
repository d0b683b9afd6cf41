package io.merlinadapter.memory;

import java.util.concurrent.atomic.AtomicLong;

/**
 * One budget of bytes for everything that callers and children make the adapter hold: bodies being received, queued
 * and in flight, and replies not yet written out. Safe to use on any thread.
 */
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** Takes {@code bytes} if they fit. */
    public boolean tryReserve(long bytes) {
        if (used.addAndGet(bytes) <= limit) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /** Takes {@code bytes} even when they do not fit: for small replies, which must always get through. */
    public void reserve(long bytes) {
        used.addAndGet(bytes);
    }

    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }
}
