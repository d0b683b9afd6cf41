package io.merlinadapter.trace;

import io.merlinadapter.predict.CallTrace;
import io.merlinadapter.predict.FailureKind;
import org.jspecify.annotations.Nullable;

/** The trace of one prediction. */
public interface TracedCall extends CallTrace {
    /** It is over for its caller. On the event loop of its front; once. */
    void ended(long now, CallEnd end);

    /**
     * A prediction that is over, as its caller knows it. Fronts cut long texts.
     *
     * @param isGrpc whether the code is gRPC's, and the route is a method
     * @param route of few kinds, whatever callers write
     * @param path as the caller wrote it; null if that was nothing
     * @param httpVersion as in {@code 1.1}
     * @param code the status; null if the caller was gone before
     * @param failure null if there was a prediction, or the caller was gone before
     * @param requestId what the caller called the request; null if nothing
     * @param predictionId what the answer calls the prediction; null if nothing
     */
    record CallEnd(
            boolean isGrpc,
            String route,
            @Nullable String path,
            String httpVersion,
            @Nullable Integer code,
            @Nullable FailureKind failure,
            @Nullable String requestId,
            @Nullable String predictionId) {}
}
