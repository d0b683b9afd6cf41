package io.merlinadapter.http.routes;

import io.merlinadapter.http.exchange.Exchanges;
import io.vertx.core.http.HttpServerRequest;

/** What a port serves beside the plain routes. One for each of its event loops, to which it belongs. */
public interface PortRoutes {
    /** Answers a request, unless it is none of these routes'. */
    boolean take(HttpServerRequest request);

    /** The paths, for one who asked for another: {@code POST /v1/predict}. */
    String describe();

    /** The port has closed: ends what would not end of itself. */
    default void leave() {}

    /** Makes the routes of one event loop. */
    interface Maker {
        PortRoutes on(Exchanges loop);
    }
}
