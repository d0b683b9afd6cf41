package io.merlinadapter.worker;

import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;

/** What one line from a child means for the request it belongs to. */
sealed interface Answer {
    /** Bytes that {@link #preview()} shows. */
    int PREVIEW = 200;

    record Given(Body body) implements Answer {}

    record Refused(PredictException why) implements Answer {}

    /** Its beginning, for a log. */
    default String preview() {
        if (this instanceof Refused refused) {
            return refused.why().reason();
        }
        Body body = ((Given) this).body();
        return new String(body.bytes(), body.offset(), Math.min(PREVIEW, body.length()), StandardCharsets.UTF_8);
    }

    /** Lets go of what the answer holds, when nobody wants it. */
    default void drop() {
        if (this instanceof Given given) {
            given.body().release();
        }
    }
}
