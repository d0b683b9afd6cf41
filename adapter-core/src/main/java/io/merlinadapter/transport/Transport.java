package io.merlinadapter.transport;

import java.io.IOException;

/** How the children of one pool are reached. Safe to use on any thread. */
public interface Transport extends AutoCloseable {
    /**
     * Prepares for a child that is about to be started. May wait for the file system, never for a child.
     *
     * @param worker the number of the child's worker
     * @throws IOException why a child can't be reached, and what to do about it
     */
    PendingChannel prepare(int worker) throws IOException;

    /** Whether a successor can be reached while the child before it still runs. */
    boolean allowsTwoAtOnce();

    /** Whether a child that has opened its channel needs no further proof that it works, where its format has none. */
    boolean openingIsProof();

    /** As a message names the way in which replies come, such as {@code stdout}. */
    String replyStream();

    /** Removes what was made for the pool. */
    @Override
    void close();
}
