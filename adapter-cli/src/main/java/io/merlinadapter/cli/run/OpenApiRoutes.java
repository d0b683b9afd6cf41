package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.routes.PortRoutes;
import io.merlinadapter.http.server.Answers;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;

/** {@code GET /openapi.json}, and behind it the routes that this describes. */
final class OpenApiRoutes implements PortRoutes {
    private static final String PATH = "/openapi.json";

    private final byte[] document;
    private final PortRoutes described;
    private final Exchanges exchanges;

    private OpenApiRoutes(byte[] document, PortRoutes described, Exchanges exchanges) {
        this.document = document;
        this.described = described;
        this.exchanges = exchanges;
    }

    static PortRoutes.Maker around(Option<?> port, Config config, PortRoutes.Maker described) {
        byte[] document = OpenApi.of(port, config).encode().getBytes(StandardCharsets.UTF_8);
        return on -> new OpenApiRoutes(document, described.on(on), on);
    }

    @Override
    public boolean take(HttpServerRequest request) {
        if (!PATH.equals(request.path())) {
            return described.take(request);
        }
        exchanges.loop().answerWithoutBody(request);
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            Answers.methodNotAllowed(request, "GET, HEAD");
            return true;
        }
        request.response().putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON);
        MemoryBudget budget = exchanges.services().budget();
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(document.length));
            request.response().end();
        } else if (budget.tryReserve(document.length)) {
            exchanges.write(request, new Body(document, 0, document.length, budget, document.length));
        } else {
            Answers.error(request, 503, "no memory for the document (--memory-budget sets the limit)");
        }
        return true;
    }

    @Override
    public String describe() {
        return described.describe() + ", GET " + PATH;
    }

    @Override
    public void leave() {
        described.leave();
    }
}
