package io.merlinadapter.predict;

import io.merlinadapter.memory.Body;
import java.util.Map;

/**
 * What a front asks for.
 *
 * @param body one JSON value on one line, such as {@code JsonLine.of} makes; the {@link Predictor} releases it, whatever the outcome
 * @param deadline by when the caller wants an answer
 * @param protocol the front's name, as in {@code HTTP_JSON}
 * @param headers what the program may know of the caller's headers, by names in lower case
 */
public record PredictRequest(Body body, Deadline deadline, String protocol, Map<String, String> headers) {
    /** Above so many bytes, work that grows with a body is done off the event loops. */
    public static final int OFF_LOOP_ABOVE = 64 * 1024;
}
