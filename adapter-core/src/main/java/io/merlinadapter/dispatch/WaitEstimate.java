package io.merlinadapter.dispatch;

/**
 * How long a new request would wait, from how long the latest took. Guesses nothing until it has seen enough. For the
 * loop.
 */
final class WaitEstimate {
    /** Answers before which there is no estimate. */
    static final int LEAST = 20;

    private static final double WEIGHT = 0.05;

    private int seen;
    private double meanNanos;

    void answeredIn(long nanos) {
        seen++;
        double weight = Math.max(WEIGHT, 1.0 / seen);
        meanNanos += weight * (nanos - meanNanos);
    }

    /**
     * Nanoseconds until a request behind {@code queued} others would be handed out; 0 for as good as none, or unknown.
     *
     * @param places requests that the workers can hold together
     */
    long nanos(int queued, int places) {
        if (seen < LEAST || places == 0) {
            return 0;
        }
        return (long) (meanNanos * queued / places);
    }
}
