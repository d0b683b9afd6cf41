package io.merlinadapter.http.exchange;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;

/** Reads the few request headers that matter to a prediction. */
final class PredictHeaders {
    static final CharSequence TIMEOUT = HttpHeaders.createOptimized("x-request-timeout-ms");

    private PredictHeaders() {}

    /** The declared length of the body, or -1 when there is none or it makes no sense. */
    static long contentLength(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        // Leading zeros and more digits than a long holds are for the protocol's decoder to refuse.
        return header == null || !isNumber(header, 18) ? -1 : Long.parseLong(header);
    }

    /**
     * How long the caller is willing to wait, at most {@code most}.
     *
     * @throws PredictException if the caller's number isn't one
     */
    static Duration timeout(HttpServerRequest request, Duration most) {
        String header = request.getHeader(TIMEOUT);
        if (header == null) {
            return most;
        }
        if (!isNumber(header, Integer.MAX_VALUE) || isZero(header)) {
            throw PredictException.of(
                    FailureKind.INVALID_REQUEST,
                    "X-Request-Timeout-Ms: " + header + " (expected: a whole number of milliseconds, at least 1)");
        }
        if (header.length() > 18) {
            return most;
        }
        long millis = Long.parseLong(header);
        return millis < most.toMillis() ? Duration.ofMillis(millis) : most;
    }

    private static boolean isNumber(String text, int mostDigits) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty() && text.length() <= mostDigits;
    }

    private static boolean isZero(String digits) {
        return digits.chars().allMatch(digit -> digit == '0');
    }
}
