package io.merlinadapter.predict;

import org.jspecify.annotations.Nullable;

/**
 * Is told of the way of one prediction to the program and back, where that is traced. Times are those of the event loop's
 * clock. On the dispatcher's event loop only; no method throws.
 */
public interface CallTrace {
    /** It waits for a worker from now on. */
    void queued(long now);

    /** A worker has it, on a line of {@code batchSize} requests, itself included. */
    void sent(long now, int worker, int batchSize);

    /** It is on the same line as {@code first}, and both have been {@link #sent}. */
    void sharesLine(CallTrace first);

    /**
     * Neither does it wait any more nor has a worker it; nothing else happens to one that did neither.
     *
     * @param why null if it was answered
     */
    void left(long now, @Nullable FailureKind why);
}
