package io.merlinadapter.http.server;

import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The Vert.x server's options, and why they are not its defaults. */
final class ServerOptions {
    /**
     * Proxies keep idle connections and send the next request on them without asking; one that we close in that moment
     * is a 502. Knative holds them 90 s, cloud load balancers up to 600 s: we close later than any of them.
     */
    private static final Duration IDLE = Duration.ofSeconds(620);

    private static final Duration IDLE_BEYOND_REQUEST = Duration.ofSeconds(60);
    /** Transformers copy all headers of their caller. */
    private static final int MAX_HEADERS = 64 * 1024;

    private static final int MAX_REQUEST_LINE = 8 * 1024;
    /** A body of 1 MiB without waiting for credit; what is received is paid for from the budget in any case. */
    private static final int STREAM_WINDOW = 1024 * 1024;

    private static final int CONNECTION_WINDOW = 8 * STREAM_WINDOW;
    /** A proxy puts all of its callers on one connection, and opens another when that is full. */
    static final int MAX_STREAMS = 250;
    /**
     * A proxy whose callers time out while the model hangs cancels every stream it has open, once a second or so. A
     * reset attack sends a hundred times as many.
     */
    private static final int MAX_RESETS = 40 * MAX_STREAMS;

    private static final int RESET_WINDOW_SECONDS = 10;

    private ServerOptions() {}

    static HttpServerOptions of(Duration requestTimeout) {
        Duration beyond = requestTimeout.plus(IDLE_BEYOND_REQUEST);
        Duration idle = beyond.compareTo(IDLE) > 0 ? beyond : IDLE;
        return new HttpServerOptions()
                .setIdleTimeout((int) Math.min(idle.toSeconds(), Integer.MAX_VALUE))
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(MAX_HEADERS)
                .setMaxInitialLineLength(MAX_REQUEST_LINE)
                .setCompressionSupported(false)
                .setDecompressionSupported(false) // see BodyEncoding
                .setHandle100ContinueAutomatically(false)
                // Only the event loop answers: else each connection has a queue of 5 KB for other threads.
                .setStrictThreadMode(true)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHttp2ClearTextEnabled(true)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MAX_STREAMS)
                        .setInitialWindowSize(STREAM_WINDOW)
                        .setMaxHeaderListSize(MAX_HEADERS))
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW)
                .setHttp2RstFloodMaxRstFramePerWindow(MAX_RESETS)
                .setHttp2RstFloodWindowDuration(RESET_WINDOW_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS);
    }
}
