package io.merlinadapter.http;

import java.time.Duration;

/**
 * How a port behaves.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 picks a free one
 * @param names the model's names
 * @param requestTimeout how long a prediction may take from the moment its headers are complete, and how long a caller
 *     may take to read an answer
 * @param maxBody the largest request body in bytes, after decompression
 * @param passedHeaders which of a caller's headers the program gets to see
 * @param eventLoops 1 serves everything on the context that calls {@link Front#listen}; more gives the front as
 *     many loops of its own
 */
public record FrontSettings(
        String host,
        int port,
        ModelNames names,
        Duration requestTimeout,
        int maxBody,
        PassedHeaders passedHeaders,
        int eventLoops) {
    public FrontSettings {
        check(port >= 0 && port <= 65_535, "port", port, "0 to 65535");
        check(requestTimeout.toMillis() >= 1, "request timeout", requestTimeout, "at least 1 ms");
        check(maxBody >= 1, "max body", maxBody, "at least 1 byte");
        check(eventLoops >= 1, "event loops", eventLoops, "at least 1");
    }

    private static void check(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
