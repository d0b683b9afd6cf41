package io.merlinadapter.transport;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a pipe is known to be empty without asking the kernel: it was seen to be, and nothing was written since. A look at it
 * while something is being written proves nothing, because that may come after the look. Looks from any thread; no two writes at
 * the same time.
 */
final class EmptyPipe {
    /** Writes that have begun and writes that are over: odd while one is under way. */
    private final AtomicLong changes = new AtomicLong();

    private volatile long seenAfter = -1;

    /** To be called before the kernel is asked; what is returned is for {@link #isSeen}. */
    long look() {
        return changes.get();
    }

    /** The kernel says that there is nothing in it, asked after {@link #look} had returned {@code look}. */
    void isSeen(long look) {
        if (look % 2 == 0) {
            seenAfter = look;
        }
    }

    /** Something is about to be written. */
    void writeBegins() {
        changes.incrementAndGet();
    }

    /** What was to be written was, or will never be. */
    void writeIsOver() {
        changes.incrementAndGet();
    }

    boolean isKnown() {
        return seenAfter == changes.get();
    }
}
