package io.merlinadapter.predict;

import java.util.function.Consumer;

/** The only way from a front to the child. */
public interface Predictor {
    /**
     * Asks for a prediction. Call it on a Vert.x context: the outcome is delivered on the same one. Never blocks and never
     * throws.
     */
    PredictCall predict(PredictRequest request);

    /**
     * True if the program takes tables as streams of Arrow's IPC format, attached to the JSON that asks for the prediction.
     * Once true, it stays so. Any thread.
     */
    default boolean takesArrowTables() {
        return false;
    }

    /** The current health, as the adapter knows it; asks no child. Any thread. */
    Health health();

    /**
     * Subscribes to changes of {@link #health()}. Call it on a Vert.x context: {@code watcher} is called on the same one,
     * and never before this method returns. It gets the health at the time of the call: of several quick changes it may
     * see only the last, and that more than once. Read {@link #health()} after subscribing, and no change is missed.
     */
    HealthSubscription watchHealth(Consumer<Health> watcher);

    /** A running subscription to changes of the health. */
    interface HealthSubscription {
        /**
         * Ends the subscription. On the context of the watcher it takes effect at once; from elsewhere the watcher may be
         * called once more. Repeated calls do nothing.
         */
        void stop();
    }
}
