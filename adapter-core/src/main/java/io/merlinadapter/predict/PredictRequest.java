package io.merlinadapter.predict;

import io.merlinadapter.memory.Body;
import java.util.Map;

/**
 * A request for a prediction.
 *
 * @param body the caller's body as it came; the {@link Predictor} releases it, whatever the outcome
 * @param deadline when the caller stops waiting
 * @param protocol the front's name, as in {@code HTTP_JSON}
 * @param headers those of the caller's headers that are passed on to the program; names in lower case
 */
public record PredictRequest(Body body, Deadline deadline, String protocol, Map<String, String> headers) {}
