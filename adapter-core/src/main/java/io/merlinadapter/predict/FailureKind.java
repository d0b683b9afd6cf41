package io.merlinadapter.predict;

/**
 * All reasons for which a prediction can fail. Each front maps them to its own statuses.
 *
 * <p>{@link #OVERLOADED} and {@link #NOT_READY} promise that the child never saw the request: meshes replay what they
 * are mapped to, so nothing else may use them.
 */
public enum FailureKind {
    /** The caller's body can't be used: not JSON, not UTF-8, nested too deeply. */
    INVALID_REQUEST,
    /** The caller asked for a model that isn't served here. */
    UNKNOWN_MODEL,
    /** The body is larger than the limit. */
    TOO_LARGE,
    /** The queue is full, by count or by bytes, or the expected wait exceeds the deadline. */
    OVERLOADED,
    /** No worker will come in time, or the adapter is stopping. */
    NOT_READY,
    /** The deadline passed, queued or running. */
    DEADLINE,
    /** The child answered with an error. */
    MODEL_FAILED,
    /** The child died with this request in it. */
    WORKER_LOST,
    /** The child's reply can't be used. */
    BAD_REPLY,
    /** A fault of the adapter itself. */
    INTERNAL
}
