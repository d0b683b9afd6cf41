package io.merlinadapter.predict;

import io.merlinadapter.memory.Body;
import io.vertx.core.Future;

/** One prediction in progress. */
public interface PredictCall {
    /**
     * Completes exactly once, on the Vert.x context that asked: with the reply, one JSON value, which the receiver must
     * release once it is written out; or with a {@link PredictException}. After {@link #cancel()} it may still be either.
     */
    Future<Body> outcome();

    /** The time spent so far. Call it on the thread that received the {@link #outcome()}, and not before. */
    Timings timings();

    /**
     * The reply to a request that is {@link PredictRequest#translated()} was good, or was not, by fault of the program. Any
     * thread; not at all if neither is known.
     */
    default void judge(boolean good) {}

    /** The caller has gone away; the reply is of no use any more. Any thread; repeated calls do nothing. */
    void cancel();

    /**
     * The time that one prediction took.
     *
     * @param queueNanos nanoseconds in the queue; 0 for a request that was refused before
     * @param workerNanos nanoseconds that a worker had the request
     * @param worker the number of the last worker that had the request, or {@link #NO_WORKER}
     * @param batchSize how many requests that worker was given together with it, itself included; 0 without a worker
     */
    record Timings(long queueNanos, long workerNanos, int worker, int batchSize) {
        public static final int NO_WORKER = -1;

        /** Those of a request that was refused before it was queued. */
        public static final Timings NONE = new Timings(0, 0, NO_WORKER, 0);

        /** True if the request was sent to a worker at least once. */
        public boolean hadWorker() {
            return worker != NO_WORKER;
        }
    }
}
