package io.merlinadapter.predict;

import io.merlinadapter.memory.Body;

/**
 * What the child answered.
 *
 * @param body the response body, one JSON value; the front releases it once it is written out
 */
public record Prediction(Body body) {}
