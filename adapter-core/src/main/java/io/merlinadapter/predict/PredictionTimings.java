package io.merlinadapter.predict;

/**
 * Where the time of one prediction went.
 *
 * @param queueNanos how long it waited for a worker, in nanoseconds; 0 if it was not let in
 * @param workerNanos how long the worker had it, in nanoseconds
 * @param worker the number of the last worker that had it, or {@link #NO_WORKER}
 */
public record PredictionTimings(long queueNanos, long workerNanos, int worker) {
    public static final int NO_WORKER = -1;

    /** Of a request that never got so far as to wait. */
    public static final PredictionTimings NONE = new PredictionTimings(0, 0, NO_WORKER);

    /** Whether any worker had it. */
    public boolean hadWorker() {
        return worker != NO_WORKER;
    }
}
