package io.merlinadapter.http.exchange;

import java.util.concurrent.TimeUnit;

/**
 * How long the answer is held back of a caller who is refused because too many wait. Refusals are cheap, but those who come
 * again at once make tens of thousands a second of them, and the time that takes is missed by the program. So only as many
 * are told at once as honest callers make. Beyond that answers come late: when three quarters of those that wait have had their
 * turn at the latest, so that the program never runs out of work. Event loop only.
 */
final class RefusalBrake {
    /** Refusals in a second that are told at once, on each event loop. */
    static final int FREE_PER_SECOND = 1_000;
    /** As long as Retry-After asks for at least. */
    static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long NANOS_EACH = TimeUnit.SECONDS.toNanos(1) / FREE_PER_SECOND;
    /** Refusals that may come at once. */
    private static final long BURST_NANOS = 200 * NANOS_EACH;

    /** When all refusals so far have been paid for. */
    private long paidAt;

    /** @param now the time, in nanoseconds */
    RefusalBrake(long now) {
        paidAt = now - BURST_NANOS;
    }

    /**
     * A request was refused.
     *
     * @param waitNanos for how long those that wait keep the program busy
     * @return nanoseconds to hold the answer back; 0 for not at all
     */
    long refused(long waitNanos, long now) {
        paidAt = Math.max(paidAt, now - BURST_NANOS) + NANOS_EACH;
        long owed = Math.min(paidAt - now, Math.min(LONGEST_NANOS, waitNanos / 4 * 3));
        // What can't be asked for is forgotten: the debt is never more than the longest time.
        paidAt = Math.min(paidAt, now + LONGEST_NANOS);
        return Math.max(0, owed);
    }
}
