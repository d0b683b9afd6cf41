package io.merlinadapter.predict;

import java.util.concurrent.TimeUnit;

/**
 * A prediction failed or was refused. Has no stack trace: it describes an outcome, not a fault of this program, and is
 * thrown often (as Vert.x's {@code noStackTrace}).
 */
public final class PredictException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Nobody can tell for longer. */
    private static final long MOST_SECONDS = 60;

    private final FailureKind kind;
    private final int status;
    private final int retryAfterSeconds;
    private final long waitNanos;

    private PredictException(FailureKind kind, String message, int status, int retryAfterSeconds, long waitNanos) {
        super(message, null, false, false);
        this.kind = kind;
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
        this.waitNanos = waitNanos;
    }

    /** A failure whose HTTP or gRPC status follows from its kind alone. */
    public static PredictException of(FailureKind kind, String message) {
        return new PredictException(kind, message, 0, 0, 0);
    }

    /**
     * The child answered with an error.
     *
     * @param status the HTTP status that the child asked for, 400 to 599, but not 499 and 503, which are not the child's to say
     */
    public static PredictException modelFailed(int status, String message) {
        return new PredictException(FailureKind.MODEL_FAILED, message, status, 0, 0);
    }

    /** A refusal that tells the caller to retry after {@code retryAfterSeconds}, at least 1. */
    public static PredictException comeBack(FailureKind kind, String message, int retryAfterSeconds) {
        return new PredictException(kind, message, 0, Math.max(1, retryAfterSeconds), 0);
    }

    /** A refusal because those that wait will keep the workers busy for {@code waitNanos}, as far as is known. */
    public static PredictException overloaded(String message, long waitNanos) {
        int seconds = (int) Math.min(MOST_SECONDS, 1 + TimeUnit.NANOSECONDS.toSeconds(waitNanos));
        return new PredictException(FailureKind.OVERLOADED, message, 0, seconds, waitNanos);
    }

    public FailureKind kind() {
        return kind;
    }

    /** The HTTP status that the child asked for; 0 unless the kind is {@link FailureKind#MODEL_FAILED}. */
    public int status() {
        return status;
    }

    /** Seconds after which the caller may retry, or 0 for no such advice. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** For how long a retry would be refused as well, as far as is known; 0 where nothing is. */
    public long waitNanos() {
        return waitNanos;
    }

    /** The message; never null. */
    public String reason() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
