package io.merlinadapter.metrics;

import io.merlinadapter.predict.FailureKind;

/**
 * What the flow tells about itself. Every method does nothing by default, may be called on any thread and never throws
 * (the shape is HikariCP's {@code IMetricsTracker}). Durations are in nanoseconds.
 */
public interface AdapterMetrics {
    /** For tests and for those who don't count. */
    AdapterMetrics NONE = new AdapterMetrics() {};

    /** A front answered {@code code}, {@code nanos} after it had the request's headers. */
    default void requestEnded(String protocol, int code, Outcome outcome, long nanos) {}

    default void predictionFailed(FailureKind kind) {}

    default void waitedInQueue(long nanos) {}

    default void workerAnswered(long nanos) {}

    default void lateReply() {}

    /** An answer never came, and is not waited for any more; its place in the worker stays taken. */
    default void abandoned() {}

    default void callerGone() {}

    default void unusableLine() {}

    default void logLinesDropped(int lines) {}

    default void workerStarted(int worker, long nanosToReady) {}

    default void workerStartTried(int worker) {}

    /** Whether a worker with this number takes requests now. */
    default void workerIsUp(int worker, boolean up) {}

    /** A worker's processes have computed for so much longer. */
    default void childComputed(int worker, long nanos) {}

    /** What the processes of all workers with this number hold now. */
    default void childrenHold(int worker, long residentBytes, long openFiles) {}

    default void workerDied(DeathReason reason) {}

    /**
     * A child is started. Each process has reports of its own: while a worker is replaced as planned, there are two of its
     * number, and the end of the older one must not take away what the younger one has measured.
     */
    default ChildReports childStarts(int worker, ChildReports.Complaints complaints) {
        return ChildReports.NONE;
    }

    /** How a request ended, as its caller saw it. */
    enum Outcome {
        SUCCESS,
        FAILURE,
        TIMEOUT,
        REJECTED
    }

    /** Why a worker is no more. */
    enum DeathReason {
        STARTUP,
        EXIT,
        SIGNAL,
        OOM,
        HANG,
        PROTOCOL,
        RECYCLED,
        FATAL
    }
}
