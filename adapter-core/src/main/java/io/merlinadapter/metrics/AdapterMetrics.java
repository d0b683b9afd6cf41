package io.merlinadapter.metrics;

import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.predict.FailureKind;

/**
 * Receives the events that are counted (as HikariCP's {@code IMetricsTracker}). Any thread; no method throws, and each does
 * nothing by default. Durations are in nanoseconds.
 */
public interface AdapterMetrics {
    /** Counts nothing; for tests. */
    AdapterMetrics NONE = new AdapterMetrics() {};

    /** A front answered with status {@code code}, {@code nanos} after the request's headers were complete. */
    default void requestEnded(String protocol, int code, Outcome outcome, long nanos) {}

    default void predictionFailed(FailureKind kind) {}

    default void waitedInQueue(long nanos) {}

    /** It took {@code nanos} for the answer to so many requests. */
    default void workerAnswered(int requests, long nanos) {}

    /** The program takes several requests on one line: what {@link #batchSent} counts is shown from now on. */
    default void batchesAreTaken() {}

    /** So many requests went to the program on one line, {@code nanos} after they could have gone without further ones. */
    default void batchSent(int size, long nanos) {}

    default void lateReply() {}

    /** The adapter stopped waiting for a reply; its place in the worker stays occupied. */
    default void abandoned() {}

    default void callerGone() {}

    default void unusableLine() {}

    /** A reply named other rows than its request, though as many. */
    default void foreignRowIds() {}

    default void logLinesDropped(int lines) {}

    default void workerStarted(int worker, long nanosToReady) {}

    default void workerStartTried(int worker) {}

    /** The worker began, or ceased, to take requests. */
    default void workerIsUp(int worker, boolean up) {}

    /** The worker's processes have used {@code nanos} more of CPU time. */
    default void childComputed(int worker, long nanos) {}

    /** The current memory and number of open files of all processes of this worker. */
    default void childrenHold(int worker, long residentBytes, long openFiles) {}

    default void workerDied(DeathReason reason) {}

    /**
     * A child process starts; as {@code ChildMetrics.childStarts}.
     */
    default ChildReports childStarts(int worker, ChildReports.DropListener drops) {
        return ChildReports.NONE;
    }

    /** How a request ended, as its caller saw it. */
    enum Outcome {
        SUCCESS,
        FAILURE,
        TIMEOUT,
        REJECTED
    }
}
