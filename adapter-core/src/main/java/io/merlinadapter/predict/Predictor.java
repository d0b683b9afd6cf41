package io.merlinadapter.predict;

import java.util.function.Consumer;

/** The one way from a front to the child. */
public interface Predictor {
    /**
     * Asks for a prediction. To be called on a Vert.x context, on which the outcome is then delivered; never blocks and
     * never throws.
     */
    PredictCall predict(PredictRequest request);

    /** How things stand now, without touching the child. Any thread. */
    Health health();

    /**
     * Has {@code watcher} told from now on whenever {@link #health()} has changed, with how things stand by then: of changes
     * that follow closely it may hear the last alone, and more than once. Who asks {@link #health()} after this misses
     * nothing. To be called on a Vert.x context, on which the watcher is told, never before this returns.
     */
    HealthSubscription watchHealth(Consumer<Health> watcher);
}
