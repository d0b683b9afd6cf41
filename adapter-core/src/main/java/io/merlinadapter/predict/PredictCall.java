package io.merlinadapter.predict;

import io.vertx.core.Future;

/** One prediction under way. */
public interface PredictCall {
    /**
     * The outcome, exactly one, on the context that asked: a {@link Prediction} or a {@link PredictException}. After
     * {@link #cancel()} it may still be either.
     */
    Future<Prediction> outcome();

    /** Where its time went. To be asked once {@link #outcome()} has told how it ended, on the thread that was told. */
    PredictionTimings course();

    /** Says that the caller has gone away. Any thread; more than once does no harm. */
    void cancel();
}
