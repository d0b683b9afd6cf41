package io.merlinadapter.http.server;

import io.merlinadapter.memory.MemoryBudget;
import java.time.Duration;

/**
 * How a port listens.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 picks a free one
 * @param requestTimeout how long a request may take: an idle connection is kept longer than that
 * @param eventLoops 1 serves everything on the context that calls {@link Front#listen}; more gives the port as many
 *     loops of its own
 * @param maxConnections how many connections it has at most; those who come then wait until one closes
 * @param budget pays for each of them, and for what is half received
 */
public record PortSettings(
        String host, int port, Duration requestTimeout, int eventLoops, int maxConnections, MemoryBudget budget) {
    /** What a connection over HTTP/1.1 is paid for with, in bytes; one over HTTP/2 costs twice that. */
    public static final int CONNECTION_PRICE = 8 * 1024;

    public PortSettings {
        check(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
        check(requestTimeout.toMillis() >= 1, "request timeout", requestTimeout, "at least 1 ms");
        check(eventLoops >= 1, "event loops", eventLoops, "at least 1");
        check(maxConnections >= 1, "max connections", maxConnections, "at least 1");
    }

    private static void check(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
