package io.merlinadapter.worker;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.protocol.Message;
import java.nio.charset.StandardCharsets;

/** What one line from a child means for the request it belongs to. */
sealed interface Answer {
    /** Bytes, or characters, that {@link #preview()} shows. */
    int PREVIEW = 200;

    record Given(long id, Body body) implements Answer {}

    /**
     * There is no prediction.
     *
     * @param code as the program gave it; 0 where it gave none
     */
    record Refused(long id, PredictException why, int code) implements Answer {}

    /** What {@code message} means. */
    static Answer of(Message message) {
        if (message instanceof Message.Given given) {
            return new Given(given.id(), given.body());
        }
        if (message instanceof Message.Failure failure) {
            PredictException why = PredictException.modelFailed(failure.status(), failure.message());
            return new Refused(failure.id(), why, failure.code());
        }
        Message.Unusable unusable = (Message.Unusable) message;
        return new Refused(unusable.id(), PredictException.of(FailureKind.BAD_REPLY, unusable.reason()), 0);
    }

    /** The number of the request, or what {@link Message} has in its place. */
    long id();

    /** Its beginning, for a log. */
    default String preview() {
        if (this instanceof Refused refused) {
            String reason = refused.why().reason();
            return reason.substring(0, Math.min(PREVIEW, reason.length()));
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
