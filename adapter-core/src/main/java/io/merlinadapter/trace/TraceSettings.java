package io.merlinadapter.trace;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where traces go, and how.
 *
 * @param target of the collector
 * @param sampling which calls are traced
 * @param queue what waits to be sent
 * @param resource what all spans have in common: who it is that is traced, {@code service.name} among it
 */
public record TraceSettings(Target target, Sampling sampling, Queue queue, Map<String, String> resource) {

    /**
     * The collector.
     *
     * @param url where spans are posted to
     * @param headers sent with each post; may be secret
     * @param timeout of one post, with all that is tried again
     * @param gzip whether the body is compressed
     * @param trusted certificates in PEM that the collector's is to be one of or signed by; null for those of Java
     * @param client what the adapter proves with who it is; null for nothing
     */
    public record Target(
            URI url,
            Map<String, String> headers,
            Duration timeout,
            boolean gzip,
            @Nullable String trusted,
            @Nullable Client client) {}

    /** A key and its certificate, in PEM. */
    public record Client(String key, String certificate) {}

    /**
     * Which calls are traced.
     *
     * @param parentDecides whether what the caller has decided holds, if it has a trace
     * @param ratio the part of all other calls, from 0 to 1
     */
    public record Sampling(boolean parentDecides, double ratio) {}

    /**
     * Spans that wait to be sent.
     *
     * @param most further ones are dropped
     * @param mostAtOnce in one post
     * @param delay between two posts, unless there are {@code mostAtOnce}
     * @param timeout how long is waited for one post
     */
    public record Queue(int most, int mostAtOnce, Duration delay, Duration timeout) {}
}
