package io.merlinadapter.http.server;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends an HTTP/2 connection without losing a stream (RFC 9113, 6.8). A first GOAWAY asks the caller to begin nothing
 * more, and admits whatever it has begun; a PING tells when it has read that. A second GOAWAY then names the last stream,
 * and the connection closes behind it.
 *
 * <p>Vert.x sends a single GOAWAY. Streams that are on their way by then would be lost; worse, Netty takes their DATA
 * for a violation and closes the connection, with all streams that were to be finished.
 */
final class Http2Farewell {
    private static final long NO_ERROR = 0;
    private static final int WHATEVER_HAS_BEGUN = Integer.MAX_VALUE;
    /** For callers that don't answer a PING. */
    private static final long PATIENCE_MILLIS = 1_000;

    private Http2Farewell() {}

    /**
     * To be called on the connection's context.
     *
     * @param within after this long it is closed with the streams that are left
     */
    static void say(Vertx vertx, HttpConnection connection, Duration within) {
        connection.goAway(NO_ERROR, WHATEVER_HAS_BEGUN);
        Promise<Void> heard = Promise.promise();
        long timer = vertx.setTimer(PATIENCE_MILLIS, id -> heard.tryComplete());
        connection.ping(Buffer.buffer(new byte[Long.BYTES])).onComplete((pong, failure) -> heard.tryComplete());
        heard.future().onSuccess(v -> {
            vertx.cancelTimer(timer);
            connection.goAway(NO_ERROR);
            connection.shutdown(within.toMillis(), TimeUnit.MILLISECONDS);
        });
    }
}
