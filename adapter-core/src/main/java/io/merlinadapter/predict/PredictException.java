package io.merlinadapter.predict;

/**
 * Why there is no prediction. Carries no stack trace: it describes an outcome, not a fault in this program, and is made
 * on the hot path (the idea is Vert.x's {@code noStackTrace}).
 */
public final class PredictException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final FailureKind kind;
    private final int status;
    private final int retryAfterSeconds;

    private PredictException(FailureKind kind, String message, int status, int retryAfterSeconds) {
        super(message, null, false, false);
        this.kind = kind;
        this.status = status;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** A failure whose status follows from its kind alone. */
    public static PredictException of(FailureKind kind, String message) {
        return new PredictException(kind, message, 0, 0);
    }

    /**
     * The child answered with an error.
     *
     * @param status the HTTP status that the child asked for, 400 to 599, but not 499 and 503, which are not the child's to say
     */
    public static PredictException modelFailed(int status, String message) {
        return new PredictException(FailureKind.MODEL_FAILED, message, status, 0);
    }

    /** A refusal that invites the caller to come back after {@code retryAfterSeconds}, at least 1. */
    public static PredictException comeBack(FailureKind kind, String message, int retryAfterSeconds) {
        return new PredictException(kind, message, 0, Math.max(1, retryAfterSeconds));
    }

    public FailureKind kind() {
        return kind;
    }

    /** The status that the child asked for, or 0 unless the kind is {@link FailureKind#MODEL_FAILED}. */
    public int status() {
        return status;
    }

    /** Seconds after which a retry is worth it, or 0 where none is offered. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }

    /** The message, which is never absent here. */
    public String reason() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}
