package io.merlinadapter.http.exchange;

import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.util.Set;
import java.util.TreeSet;

/** The one place where kinds of failure become HTTP statuses. */
public final class HttpErrors {
    private HttpErrors() {}

    /** The statuses that predictions are answered with, beside those that a program asks for. */
    public static Set<Integer> codes() {
        Set<Integer> codes = new TreeSet<>(Set.of(200, Refusal.LATE_BODY, Refusal.UNSUPPORTED_ENCODING));
        for (FailureKind kind : FailureKind.values()) {
            codes.add(status(PredictException.of(kind, "")));
        }
        return codes;
    }

    static Refusal refusal(PredictException failure) {
        int status = status(failure);
        int retryAfter = failure.retryAfterSeconds();
        // A 503 always says when to come back: some clients retry at once without it.
        return new Refusal(
                status, failure.kind(), failure.reason(), status == 503 ? Math.max(1, retryAfter) : retryAfter);
    }

    static int status(PredictException failure) {
        return switch (failure.kind()) {
            case INVALID_REQUEST -> 400;
            case UNKNOWN_MODEL -> 404;
            case TOO_LARGE -> 413;
            case OVERLOADED, NOT_READY -> 503;
            case DEADLINE -> 504;
            case MODEL_FAILED -> failure.status() == 0 ? 500 : failure.status();
            case WORKER_LOST, BAD_REPLY -> 502;
            case INTERNAL -> 500;
        };
    }

    static Outcome outcome(FailureKind kind) {
        return switch (kind) {
            case DEADLINE -> Outcome.TIMEOUT;
            case TOO_LARGE, OVERLOADED, NOT_READY -> Outcome.REJECTED;
            case INVALID_REQUEST, UNKNOWN_MODEL, MODEL_FAILED, WORKER_LOST, BAD_REPLY, INTERNAL -> Outcome.FAILURE;
        };
    }
}
