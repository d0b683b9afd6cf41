package io.merlinadapter.cli.dev;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.routes.PortRoutes;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.IntSupplier;

/** The port beside that of the page: lets the page call it, and read the answers, which a browser must be told (CORS). */
final class CallsFromPage implements PortRoutes {
    private final Exchanges exchanges;
    private final PortRoutes own;
    private final OwnAddress address;
    private final IntSupplier pagePort;

    CallsFromPage(Exchanges exchanges, PortRoutes own, OwnAddress address, IntSupplier pagePort) {
        this.exchanges = exchanges;
        this.own = own;
        this.address = address;
        this.pagePort = pagePort;
    }

    @Override
    public boolean take(HttpServerRequest request) {
        String origin = request.getHeader("origin");
        if (!address.isOwnOrigin(origin, pagePort.getAsInt())) {
            return own.take(request);
        }
        HttpServerResponse response = request.response()
                .putHeader("access-control-allow-origin", origin)
                .putHeader("access-control-expose-headers", "server-timing, retry-after")
                .putHeader("vary", "Origin");
        if (!request.method().equals(HttpMethod.OPTIONS)) {
            return own.take(request);
        }
        exchanges.loop().answerWithoutBody(request);
        response.setStatusCode(204)
                .putHeader("access-control-allow-methods", "POST")
                .putHeader("access-control-allow-headers", "content-type")
                .end();
        return true;
    }

    @Override
    public String describe() {
        return own.describe();
    }

    @Override
    public void leave() {
        own.leave();
    }
}
