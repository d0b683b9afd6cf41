package io.merlinadapter.http.routes;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.exchange.HttpErrors;
import io.merlinadapter.http.exchange.JsonDialect;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/** Predictions by HTTP_JSON: {@code POST /v1/models/{name}:predict}. */
public final class JsonRoutes implements PortRoutes {
    /** Its name, in metrics and to the program. */
    public static final String PROTOCOL = "HTTP_JSON";

    private final Exchanges loop;
    private final String path;
    private final String aliasPath;

    /** The routes on one event loop. */
    public JsonRoutes(Exchanges loop) {
        this.loop = loop;
        this.path = PredictPath.of(loop.settings().names().fullName());
        this.aliasPath = PredictPath.of(loop.settings().names().alias());
    }

    /** The statuses that predictions are answered with, beside those that a program asks for. */
    public static Set<Integer> codes() {
        return HttpErrors.codes();
    }

    @Override
    public boolean take(HttpServerRequest request) {
        String uri = request.uri();
        String model = uri.equals(path) || uri.equals(aliasPath)
                ? loop.settings().names().fullName()
                : PredictPath.modelIn(request.path());
        if (model == null) {
            return false;
        }
        loop.predictByPost(request, () -> new JsonDialect(loop, PROTOCOL), model);
        return true;
    }

    @Override
    public String describe() {
        return "POST " + path;
    }
}
