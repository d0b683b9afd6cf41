package io.merlinadapter.predict;

import io.merlinadapter.memory.Body;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request for a prediction.
 *
 * @param body one JSON value on one line, as {@code JsonLine.of} makes it; the {@link Predictor} releases it, whatever the
 *     outcome
 * @param deadline when the caller stops waiting
 * @param protocol the front's name, as in {@code HTTP_JSON}
 * @param headers those of the caller's headers that are passed on to the program; names in lower case
 * @param translated true if only the front can tell whether the reply is good, and says so to {@link PredictCall#judge}
 * @param trace is told of its way; null if it is not traced
 */
public record PredictRequest(
        Body body,
        Deadline deadline,
        String protocol,
        Map<String, String> headers,
        boolean translated,
        @Nullable CallTrace trace) {
    /** Above so many bytes, work that grows with a body is done off the event loops. */
    public static final int OFF_LOOP_ABOVE = 64 * 1024;

    /** One whose reply is good as it is. */
    public PredictRequest(Body body, Deadline deadline, String protocol, Map<String, String> headers) {
        this(body, deadline, protocol, headers, false);
    }

    /** One that is not traced. */
    public PredictRequest(
            Body body, Deadline deadline, String protocol, Map<String, String> headers, boolean translated) {
        this(body, deadline, protocol, headers, translated, null);
    }
}
