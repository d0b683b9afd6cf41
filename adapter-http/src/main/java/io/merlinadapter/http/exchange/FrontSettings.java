package io.merlinadapter.http.exchange;

import java.time.Duration;

/**
 * How a front answers.
 *
 * @param names the model's names
 * @param requestTimeout how long a prediction may take from the moment its headers are complete, and how long a caller
 *     may take to read an answer
 * @param maxBody the largest request body in bytes, after decompression
 * @param passedHeaders which of a caller's headers the program gets to see
 * @param isLogged whether predictions get a line in the access log, where that is on
 * @param showsTimings whether answers to predictions say where their time went: callers may learn how busy the program is
 */
public record FrontSettings(
        ModelNames names,
        Duration requestTimeout,
        int maxBody,
        PassedHeaders passedHeaders,
        boolean isLogged,
        boolean showsTimings) {
    public FrontSettings {
        check(requestTimeout.toMillis() >= 1, "request timeout", requestTimeout, "at least 1 ms");
        check(maxBody >= 1, "max body", maxBody, "at least 1 byte");
    }

    /** Settings of a front whose predictions are logged. */
    public FrontSettings(ModelNames names, Duration requestTimeout, int maxBody, PassedHeaders passedHeaders) {
        this(names, requestTimeout, maxBody, passedHeaders, true, false);
    }

    /** The same for a front of which the access log says nothing. */
    public FrontSettings unlogged() {
        return new FrontSettings(names, requestTimeout, maxBody, passedHeaders, false, showsTimings);
    }

    /** The same for a front whose answers have a {@code Server-Timing}. */
    public FrontSettings withTimings() {
        return new FrontSettings(names, requestTimeout, maxBody, passedHeaders, isLogged, true);
    }

    private static void check(boolean holds, String what, Object value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(what + ": " + value + " (expected: " + expected + ")");
        }
    }
}
