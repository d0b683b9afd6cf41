package io.merlinadapter.http.routes;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.server.Answers;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.MetricsPage;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * {@code GET /metrics}: in the format that the caller prefers, compressed if it can read that. The page is made off the
 * event loops, which only write it: it may have thousands of series. Pages on their way are paid for, and may have an
 * eighth of the budget. Event loop only. Nothing else is ever compressed: callers of predictions have been seen to take compressed bytes
 * for JSON.
 */
final class MetricsRoute {
    private static final String GZIP = "gzip";
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String TEXT = "text/plain";

    private final Exchanges exchanges;
    private final MetricsPage page;
    private final MemoryBudget budget;
    private final Map<Format, Making> making = new HashMap<>();
    private long held;

    MetricsRoute(Exchanges exchanges) {
        this.exchanges = exchanges;
        this.page = exchanges.services().page();
        this.budget = exchanges.services().budget();
    }

    private record Format(String type, boolean zipped) {}

    private static final class Made {
        private final String contentType;
        private final byte[] bytes;

        Made(String contentType, byte[] bytes) {
            this.contentType = contentType;
            this.bytes = bytes;
        }
    }

    /** A page that is to be made for all who have asked before it was begun: later ones would miss what was counted since. */
    private static final class Making {
        private final Promise<Made> made = Promise.promise();
        private boolean begun;
    }

    void answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        String accept =
                AcceptHeader.prefers(request.getHeader(HttpHeaders.ACCEPT), OPEN_METRICS, TEXT) ? OPEN_METRICS : TEXT;
        boolean zipped = AcceptHeader.quality(request.getHeader(HttpHeaders.ACCEPT_ENCODING), GZIP) > 0;
        if (held > budget.limit() / 8) {
            Answers.error(request, 503, "as many pages of metrics are on their way as may be; read them faster");
            return;
        }
        page(new Format(accept, zipped)).onComplete((made, failure) -> {
            if (made == null) {
                context.fail(failure);
            } else if (!context.response().closed()) {
                write(request, zipped, made);
            }
        });
    }

    /** Many who ask at once get one page; two are made at a time at most of each format. */
    private Future<Made> page(Format format) {
        Making last = making.get(format);
        if (last != null && !last.begun) {
            return last.made.future();
        }
        Making next = new Making();
        making.put(format, next);
        if (last == null) {
            begin(format, next);
        } else {
            last.made.future().onComplete(done -> begin(format, next));
        }
        return next.made.future();
    }

    private void begin(Format format, Making now) {
        now.begun = true;
        exchanges.vertx().executeBlocking(() -> make(format), false).onComplete(done -> {
            making.remove(format, now);
            now.made.handle(done);
        });
    }

    private void write(HttpServerRequest request, boolean zipped, Made made) {
        request.response()
                .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding")
                .putHeader(HttpHeaders.CONTENT_TYPE, made.contentType);
        if (zipped) {
            request.response().putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
        }
        int size = made.bytes.length;
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(size));
            request.response().end();
        } else if (budget.tryReserve(size)) {
            held += size;
            Body body = new Body(made.bytes, 0, size, budget, size);
            exchanges.write(request, body).onComplete((v, failure) -> held -= size);
        } else {
            request.response().headers().remove(HttpHeaders.CONTENT_ENCODING);
            Answers.error(request, 503, "no memory for the page of metrics (--memory-budget sets the limit)");
        }
    }

    private Made make(Format format) throws IOException {
        MetricsPage.Page plain = page.render(format.type());
        byte[] bytes = plain.text().getBytes(StandardCharsets.UTF_8);
        return new Made(plain.contentType(), format.zipped() ? zip(bytes) : bytes);
    }

    private static byte[] zip(byte[] bytes) throws IOException {
        ByteArrayOutputStream made = new ByteArrayOutputStream(bytes.length / 8);
        try (GZIPOutputStream zip = new GZIPOutputStream(made)) {
            zip.write(bytes);
        }
        return made.toByteArray();
    }
}
