package io.merlinadapter.transport;

import java.io.IOException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;

/** How the one connection with a child comes about. Safe to use on any thread. */
interface SocketOpener {
    /** What the child's environment gets. */
    Map<String, String> environment();

    /**
     * Waits for the connection.
     *
     * @param selector to wait with, and with nothing else; closed when there will be no connection any more
     * @return a connection that never blocks
     * @throws IOException why there is none
     * @throws java.nio.channels.ClosedSelectorException if nobody wants it any more
     */
    SocketChannel await(Selector selector) throws IOException;

    /** What is missing, as the beginning of a sentence. */
    String missing();

    /** Lets go of everything but the connection. More than once does no harm. */
    void close();
}
