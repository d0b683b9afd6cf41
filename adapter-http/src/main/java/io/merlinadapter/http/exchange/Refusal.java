package io.merlinadapter.http.exchange;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.text.Durations;
import java.time.Duration;

/**
 * An answer that is not a prediction.
 *
 * @param status the HTTP status
 * @param kind what it is counted as
 * @param message what the caller reads
 * @param retryAfterSeconds seconds to offer for a retry, or 0 for no offer
 */
public record Refusal(int status, FailureKind kind, String message, int retryAfterSeconds) {
    static final int LATE_BODY = 408;
    static final int UNSUPPORTED_ENCODING = 415;

    /** What a failed prediction is answered with. */
    public static Refusal of(PredictException failure) {
        return HttpErrors.refusal(failure);
    }

    /** The body was still arriving when the deadline passed. Design: a 408, since the caller was the slow one. */
    static Refusal lateBody(Duration allowed, long received) {
        return new Refusal(
                LATE_BODY,
                FailureKind.DEADLINE,
                "the request body had not arrived after " + Durations.show(allowed) + " (" + received
                        + " bytes received)",
                0);
    }

    /** The body came too slowly while others waited for memory. */
    static Refusal slowBody(long received, long nanos) {
        return new Refusal(
                LATE_BODY,
                FailureKind.DEADLINE,
                "the request body came too slowly while memory was short: " + received + " bytes in "
                        + Durations.show(Duration.ofNanos(nanos)) + " (expected: at least " + BodyTimeouts.LEAST_RATE
                        + " bytes a second)",
                0);
    }

    static Refusal unsupportedEncoding(String encoding) {
        return new Refusal(
                UNSUPPORTED_ENCODING,
                FailureKind.INVALID_REQUEST,
                "Content-Encoding: " + encoding + " (expected: gzip, deflate or identity)",
                0);
    }

    /** Whether the rest of the request can't be waited for, so that the connection has to end. */
    boolean endsConnection() {
        return status == 413 || status == LATE_BODY;
    }
}
