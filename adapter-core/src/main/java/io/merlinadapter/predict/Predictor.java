package io.merlinadapter.predict;

/** The one way from a front to the child. */
public interface Predictor {
    /**
     * Asks for a prediction. To be called on a Vert.x context, on which the outcome is then delivered; never blocks and
     * never throws.
     */
    PredictCall predict(PredictRequest request);

    /** How things stand now, without touching the child. Any thread. */
    Health health();
}
