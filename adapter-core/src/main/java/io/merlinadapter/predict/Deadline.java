package io.merlinadapter.predict;

import java.time.Duration;

/**
 * The moment by which a caller wants an answer, on the scale of {@link System#nanoTime()}. Set once, when the request's
 * headers are complete, and carried along to the child.
 */
public record Deadline(long acceptedNanos, long nanos) {

    /** The deadline {@code allowed} after {@code nowNanos}. */
    public static Deadline after(long nowNanos, Duration allowed) {
        return new Deadline(nowNanos, nowNanos + allowed.toNanos());
    }

    /** What is left, in nanoseconds; zero or less when it has passed. */
    public long remaining(long nowNanos) {
        return nanos - nowNanos;
    }

    /** What is left, in whole milliseconds, at least 1: for one who is to be told before it has passed. */
    public long remainingMillis(long nowNanos) {
        return Math.max(1, (remaining(nowNanos) + 999_999) / 1_000_000);
    }

    public boolean passed(long nowNanos) {
        return remaining(nowNanos) <= 0;
    }

    /** How long the caller was willing to wait in all. */
    public Duration allowed() {
        return Duration.ofNanos(nanos - acceptedNanos);
    }
}
