package io.merlinadapter.transport;

import java.io.IOException;

/** How the children of one pool are reached. Any thread. */
public interface Transport extends AutoCloseable {
    /**
     * Prepares for a child that is about to be started. May wait for the file system, never for a child.
     *
     * @param worker the number of the child's worker
     * @throws IOException why a child can't be reached, and what to do about it
     */
    PendingChannel prepare(int worker) throws IOException;

    /** Returns true if a worker's next child can be reached while the one before it still runs. */
    boolean allowsTwoAtOnce();

    /** Returns true if an open channel is enough to count the child as ready, where its format has no handshake. */
    boolean openingIsProof();

    /** The name of what replies come on, for messages, such as {@code stdout}. */
    String replyStream();

    /** Removes all that was made for the pool. */
    @Override
    void close();
}
