package io.merlinadapter.http.exchange;

import java.util.concurrent.TimeUnit;

/**
 * How long the next request of a caller is left unread who was refused because too many wait. Refusals are cheap, but those
 * who come again at once make tens of thousands a second of them, and the time that takes is missed by the program. So only
 * as many as honest callers make are free; beyond that each costs a short rest of its connection. It is short beside the time that
 * those take who wait, so that the program never runs out of work, and nobody loses much of a deadline. Event loop only.
 */
final class RefusalBrake {
    /** Refusals in a second without a rest, on each event loop. */
    static final int FREE_PER_SECOND = 2_000;
    /** A part of the time that those take who wait. */
    private static final int SHORT = 10;

    static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

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
     * @return nanoseconds to rest; 0 for not at all
     */
    long refused(long waitNanos, long now) {
        paidAt = Math.max(paidAt, now - BURST_NANOS) + NANOS_EACH;
        long owed = Math.min(paidAt - now, Math.min(LONGEST_NANOS, waitNanos / SHORT));
        // What can't be asked for is forgotten: the debt is never more than the longest rest.
        paidAt = Math.min(paidAt, now + LONGEST_NANOS);
        return Math.max(0, owed);
    }
}
