package io.merlinadapter.http.routes;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.exchange.ModelNames;
import io.merlinadapter.http.server.Answers;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.Predictor;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes that every port has: {@code GET /} (liveness), {@code GET /v1/models}, {@code GET /v1/models/{name}}
 * (readiness) and {@code GET /metrics}. HEAD works wherever GET does; everything else is a 404 or 405 that says what
 * exists. Never touches the child.
 */
final class SharedRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(SharedRoutes.class);
    private static final String ALLOWED = "GET, HEAD";

    private final Vertx vertx;
    private final ModelNames names;
    private final Predictor predictor;
    private final MetricsRoute metrics;
    private final Buffer models;
    private final String exists;

    private SharedRoutes(Exchanges exchanges, String others) {
        this.vertx = exchanges.vertx();
        this.names = exchanges.settings().names();
        this.predictor = exchanges.services().predictor();
        this.metrics = new MetricsRoute(exchanges);
        this.models = Buffer.buffer(new JsonObject()
                .put("models", new JsonArray().add(names.fullName()))
                .encode());
        this.exists =
                others + ", GET " + PredictPath.MODELS + names.fullName() + ", GET /v1/models, GET /, GET /metrics";
    }

    /**
     * A router for one event loop of a port, to be given the requests that the port does not answer itself; pages of
     * metrics are made on a worker thread.
     *
     * @param others what else is there, for those who ask for what isn't
     */
    static Router router(Exchanges exchanges, String others) {
        return new SharedRoutes(exchanges, others).router();
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route("/").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::alive);
        router.route("/v1/models")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::models);
        // A misspelt verb is part of no name, and a POST would be told to use GET.
        router.routeWithRegex("/v1/models/.+").handler(SharedRoutes::refuseVerb);
        router.route("/v1/models/:name")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::model);
        router.route("/metrics").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(metrics::answer);
        router.errorHandler(400, context -> Answers.error(context.request(), 400, "the path is malformed"));
        router.errorHandler(404, this::notFound);
        router.errorHandler(405, this::refuseMethod);
        router.errorHandler(500, SharedRoutes::broken);
        return router;
    }

    private void alive(RoutingContext context) {
        Health health = predictor.health();
        if (health.live()) {
            Answers.json(context.request(), 200, new JsonObject().put("status", "alive"));
        } else {
            JsonObject body = new JsonObject().put("status", "dead").put("error", health.reason());
            Answers.json(comeBackSoon(context), 503, body);
        }
    }

    private void models(RoutingContext context) {
        Answers.whole(context.request(), 200, Answers.JSON, models.copy());
    }

    private static void refuseVerb(RoutingContext context) {
        String path = context.request().path();
        if (path != null && PredictPath.hasVerb(path)) {
            context.fail(404);
        } else {
            context.next();
        }
    }

    private void model(RoutingContext context) {
        String asked = context.pathParam("name");
        if (!names.areOurs(asked)) {
            Answers.error(context.request(), 404, names.unknown(asked));
            return;
        }
        Health health = predictor.health();
        JsonObject body = new JsonObject().put("name", asked).put("ready", health.ready());
        if (health.ready()) {
            Answers.json(context.request(), 200, body);
        } else {
            Answers.json(comeBackSoon(context), 503, body.put("error", health.reason()));
        }
    }

    private void refuseMethod(RoutingContext context) {
        String path = context.request().path();
        boolean ofModels = path != null && (path + "/").startsWith(PredictPath.MODELS);
        Answers.methodNotAllowed(
                context.request(),
                ALLOWED,
                ofModels ? "; for a prediction: POST " + PredictPath.of(names.fullName()) : "");
    }

    private static HttpServerRequest comeBackSoon(RoutingContext context) {
        context.response().putHeader(Answers.RETRY_AFTER, "1");
        return context.request();
    }

    private void notFound(RoutingContext context) {
        Answers.error(
                context.request(), 404, "unknown path " + context.request().path() + " (expected: " + exists + ")");
    }

    private static void broken(RoutingContext context) {
        @Nullable Throwable failure = context.failure();
        LOG.error("a route failed: {}", context.request().path(), failure);
        if (!context.response().ended()) {
            Answers.error(context.request(), 500, "internal error of the adapter; its log has the reason");
        }
    }
}
