package io.merlinadapter.worker;

import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.PredictException;

/** What one line from a child means for the request it belongs to. */
sealed interface Answer {
    record Given(Body body) implements Answer {}

    record Refused(PredictException why) implements Answer {}

    /** Lets go of what the answer holds, when nobody wants it. */
    default void drop() {
        if (this instanceof Given given) {
            given.body().release();
        }
    }
}
