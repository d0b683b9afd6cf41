package io.merlinadapter.worker;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next start: doubling, with a jitter so that the pods of one deployment do not start in step.
 * For the loop.
 */
final class BackOff {
    static final Duration FIRST = Duration.ofMillis(100);
    static final Duration LONGEST = Duration.ofSeconds(5);
    static final Duration STABLE = Duration.ofSeconds(60);
    private static final double JITTER = 0.2;

    private final DoubleSupplier random;
    private int failures;

    /**
     * Starts at the shortest wait.
     *
     * @param random numbers from 0 to 1
     */
    BackOff(DoubleSupplier random) {
        this.random = random;
    }

    /** The wait before the next start, which is longer each time. */
    Duration next() {
        long nanos = FIRST.toNanos() << Math.min(failures, 16);
        failures++;
        double jitter = 1 + JITTER * (2 * random.getAsDouble() - 1);
        return Duration.ofNanos((long) (Math.min(nanos, LONGEST.toNanos()) * jitter));
    }

    /** A worker has been ready for {@link #STABLE}: what failed before is over. */
    void reset() {
        failures = 0;
    }
}
