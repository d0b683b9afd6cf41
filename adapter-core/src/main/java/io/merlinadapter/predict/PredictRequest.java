package io.merlinadapter.predict;

import io.merlinadapter.memory.Body;
import java.util.Map;

/**
 * What a front asks for.
 *
 * @param body the caller's body as it came; the {@link Predictor} releases it, whatever the outcome
 * @param deadline by when the caller wants an answer
 * @param protocol the front's name, as in {@code HTTP_JSON}
 * @param headers what the program may know of the caller's headers, by names in lower case
 */
public record PredictRequest(Body body, Deadline deadline, String protocol, Map<String, String> headers) {}
