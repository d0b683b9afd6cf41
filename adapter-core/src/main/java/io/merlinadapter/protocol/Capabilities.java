package io.merlinadapter.protocol;

/**
 * What a program can do.
 *
 * @param concurrency requests that it works on at a time, at least 1
 * @param cancel whether it wants to hear that nobody waits for an answer any more
 */
public record Capabilities(int concurrency, boolean cancel) {
    /** One request at a time, nothing else. */
    public static final Capabilities LEAST = new Capabilities(1, false);
}
