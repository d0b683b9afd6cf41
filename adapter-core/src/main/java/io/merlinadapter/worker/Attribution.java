package io.merlinadapter.worker;

import org.jspecify.annotations.Nullable;

/** Tells which request an answer is for. For the loop. */
interface Attribution {
    /**
     * The request that {@code answer} is for, which was read at {@code readAt}.
     *
     * @return null if it is nobody's; it has then been dealt with
     */
    @Nullable
    InFlight find(Answer answer, long readAt);

    /** An answer has been handed on. */
    void answered();

    /** Whether the worker may be asked something now; if not, it is told when it may. */
    boolean allowsRequest();

    /** Whether it is to be left alone for a moment before it counts as ready. */
    boolean mustRest();

    /** The worker is gone. */
    void stop();
}
