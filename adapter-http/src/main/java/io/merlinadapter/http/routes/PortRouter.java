package io.merlinadapter.http.routes;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.exchange.FrontServices;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.exchange.OpenRequests;
import io.merlinadapter.http.server.Answers;
import io.merlinadapter.http.server.RequestHandler;
import io.merlinadapter.http.server.ServerLoop;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;

/** Hands each request of one event loop to those who answer it: the routes of the front, else the shared ones. */
public final class PortRouter implements RequestHandler {
    private final ServerLoop loop;
    private final OpenRequests open;
    private final PortRoutes routes;
    private final Router shared;

    private PortRouter(ServerLoop loop, FrontSettings settings, FrontServices services, PortRoutes.Maker maker) {
        this.loop = loop;
        Exchanges exchanges = new Exchanges(loop, settings, services);
        this.open = new OpenRequests(exchanges);
        this.routes = maker.on(exchanges);
        this.shared = SharedRoutes.router(exchanges, routes.describe());
    }

    /** Makes the routers of a port. */
    public static RequestHandler.Maker of(FrontSettings settings, FrontServices services, PortRoutes.Maker routes) {
        return loop -> new PortRouter(loop, settings, services, routes);
    }

    @Override
    public void handle(HttpServerRequest request) {
        request.response().putHeader(HttpHeaders.DATE, loop.date());
        if (!open.admit(request)) {
            return;
        }
        if (!PredictPath.isPlain(request.path())) {
            loop.answerWithoutBody(request);
            Answers.error(request, 404, "the path has empty parts or dots (expected: one that is written out)");
        } else if (!routes.take(request)) {
            loop.answerWithoutBody(request);
            shared.handle(request);
        }
    }

    @Override
    public void leave() {
        routes.leave();
    }
}
