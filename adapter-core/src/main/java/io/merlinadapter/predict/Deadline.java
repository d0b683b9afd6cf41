package io.merlinadapter.predict;

import java.time.Duration;

/**
 * The time by which a caller wants its answer. It is set once, when the request's headers are complete, and is passed on
 * to the child.
 *
 * @param acceptedNanos when the headers were complete, on the scale of {@link System#nanoTime()}
 * @param nanos the deadline itself, on the same scale
 */
public record Deadline(long acceptedNanos, long nanos) {

    /** The deadline {@code allowed} after {@code nowNanos}. */
    public static Deadline after(long nowNanos, Duration allowed) {
        return new Deadline(nowNanos, nowNanos + allowed.toNanos());
    }

    /** Remaining time in nanoseconds; zero or less once the deadline has passed. */
    public long remaining(long nowNanos) {
        return nanos - nowNanos;
    }

    /** Remaining time in milliseconds, rounded up, at least 1. */
    public long remainingMillis(long nowNanos) {
        return Math.max(1, (remaining(nowNanos) + 999_999) / 1_000_000);
    }

    public boolean passed(long nowNanos) {
        return remaining(nowNanos) <= 0;
    }

    /** The whole time that the caller allowed, from its headers to the deadline. */
    public Duration allowed() {
        return Duration.ofNanos(nanos - acceptedNanos);
    }
}
