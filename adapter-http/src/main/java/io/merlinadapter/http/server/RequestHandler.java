package io.merlinadapter.http.server;

import io.vertx.core.http.HttpServerRequest;

/** What answers the requests that come on one event loop of a port. Belongs to that loop. */
public interface RequestHandler {
    /** Answers a request, now or later. */
    void handle(HttpServerRequest request);

    /** The port has closed for good: ends what would not end of itself. */
    void leave();

    /** Makes the handler of one event loop. */
    interface Maker {
        RequestHandler on(ServerLoop loop);
    }
}
