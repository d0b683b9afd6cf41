package io.merlinadapter.worker;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next start: doubling, with a jitter so that the pods of one deployment do not start in step.
 * For the loop.
 */
final class BackOff {
    private static final double JITTER = 0.2;
    /** Doublings after which there is no number left; every bound is reached before. */
    private static final int MOST_DOUBLINGS = 30;

    private final Duration first;
    private final Duration longest;
    private final DoubleSupplier random;
    private int failures;

    /**
     * Starts at the shortest wait.
     *
     * @param random numbers from 0 to 1
     */
    BackOff(Duration first, Duration longest, DoubleSupplier random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /** The wait before the next start, which is longer each time. */
    Duration next() {
        double millis = first.toMillis() * (double) (1L << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        double jitter = 1 + JITTER * (2 * random.getAsDouble() - 1);
        return Duration.ofMillis((long) (Math.min(millis, (double) longest.toMillis()) * jitter));
    }

    /** What failed before is over. */
    void reset() {
        failures = 0;
    }
}
