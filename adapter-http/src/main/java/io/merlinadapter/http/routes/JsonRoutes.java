package io.merlinadapter.http.routes;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.exchange.HttpErrors;
import io.merlinadapter.http.exchange.JsonCodec;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;

/** Predictions by HTTP_JSON: {@code POST /v1/models/{name}:predict}. */
public final class JsonRoutes implements PortRoutes {
    /** Its name, in metrics and to the program. */
    public static final String PROTOCOL = "HTTP_JSON";

    private final Exchanges exchanges;
    private final JsonCodec codec;
    private final String path;
    private final String aliasPath;

    /** The routes on one event exchanges. */
    public JsonRoutes(Exchanges exchanges) {
        this.exchanges = exchanges;
        this.codec = new JsonCodec(PROTOCOL, 0, exchanges.bodyLimits());
        this.path = PredictPath.of(exchanges.settings().names().fullName());
        this.aliasPath = PredictPath.of(exchanges.settings().names().alias());
    }

    /** The statuses that predictions are answered with, beside those that a program asks for. */
    public static Set<Integer> codes() {
        return HttpErrors.codes();
    }

    @Override
    public boolean take(HttpServerRequest request) {
        String uri = request.uri();
        String model = uri.equals(path) || uri.equals(aliasPath)
                ? exchanges.settings().names().fullName()
                : PredictPath.modelIn(request.path());
        if (model == null) {
            return false;
        }
        exchanges.predictByPost(request, codec, model);
        return true;
    }

    @Override
    public String describe() {
        return "POST " + path;
    }
}
