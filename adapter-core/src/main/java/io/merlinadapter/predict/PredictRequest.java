package io.merlinadapter.predict;

/**
 * What a front asks for.
 *
 * @param body the caller's body as it came; the {@link Predictor} releases it, whatever the outcome
 * @param deadline by when the caller wants an answer
 */
public record PredictRequest(Body body, Deadline deadline) {}
