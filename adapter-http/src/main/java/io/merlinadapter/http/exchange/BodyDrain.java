package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.Connections;
import io.merlinadapter.predict.Deadline;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;

/**
 * Reads and forgets the rest of a request that was answered early. Closing at once would make the operating system
 * reset the connection, and callers who write before they read would never see the answer. Ends with the request, with
 * the deadline, after a second of silence, or when too much came. Belongs to the request's event loop.
 */
final class BodyDrain {
    private static final long SILENCE_MILLIS = 1_000;
    private static final long NO_ERROR = 0;

    private final Exchanges exchanges;
    private final HttpServerRequest request;
    private final Deadline deadline;
    private final long timer;
    private long allowance;
    private long seen;
    private long seenBefore;
    private boolean over;

    /**
     * @param allowance how many bytes to read at most
     */
    BodyDrain(Exchanges exchanges, HttpServerRequest request, Deadline deadline, long allowance) {
        this.exchanges = exchanges;
        this.request = request;
        this.deadline = deadline;
        this.allowance = allowance;
        this.timer = exchanges.vertx().setPeriodic(SILENCE_MILLIS, id -> look());
    }

    void discarded(int bytes) {
        seen += bytes;
        allowance -= bytes;
        if (allowance < 0) {
            end();
        }
    }

    /** The request has ended, or we have had enough of it. */
    void end() {
        if (over) {
            return;
        }
        over = true;
        if (request.version() != HttpVersion.HTTP_2) {
            // Sends what is written first. The timer has one more look, in case the caller does not take it.
            request.connection().close();
            return;
        }
        exchanges.vertx().cancelTimer(timer);
        if (!request.isEnded()) {
            // Others share the connection; the stream alone ends. After the answer this says "no more, but no harm".
            request.response().reset(NO_ERROR);
        }
    }

    private void look() {
        if (over) {
            exchanges.vertx().cancelTimer(timer);
            Connections.cut(request.connection());
        } else if (seen == seenBefore || deadline.passed(exchanges.now())) {
            end();
        }
        seenBefore = seen;
    }
}
