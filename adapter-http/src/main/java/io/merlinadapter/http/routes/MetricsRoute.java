package io.merlinadapter.http.routes;

import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.server.Answers;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.MetricsPage;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics}: in the format that the caller prefers, compressed if it can read that. The page is made off the
 * event loops, which only write it: it may have thousands of series. Pages on their way are paid for, and may have an
 * eighth of the budget. Nothing else is ever compressed: callers of predictions have been seen to take compressed bytes
 * for JSON.
 */
final class MetricsRoute {
    private static final String GZIP = "gzip";
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String TEXT = "text/plain";
    private static final int FIRST = 16 * 1024;

    private final Exchanges exchanges;
    private final MetricsPage page;
    private final MemoryBudget budget;
    private final AtomicLong held = new AtomicLong();

    MetricsRoute(Exchanges exchanges) {
        this.exchanges = exchanges;
        this.page = exchanges.services().page();
        this.budget = exchanges.services().budget();
    }

    /** @param body null where there is no memory for it */
    private record Made(
            String contentType, boolean zipped, @Nullable Body body) {}

    void answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        String accept =
                AcceptHeader.prefers(request.getHeader(HttpHeaders.ACCEPT), OPEN_METRICS, TEXT) ? OPEN_METRICS : TEXT;
        boolean zipped = AcceptHeader.quality(request.getHeader(HttpHeaders.ACCEPT_ENCODING), GZIP) > 0;
        if (held.get() > budget.limit() / 8) {
            Answers.error(request, 503, "as many pages of metrics are on their way as may be; read them faster");
            return;
        }
        exchanges.vertx().executeBlocking(() -> make(accept, zipped), false).onComplete((made, failure) -> {
            if (made == null) {
                context.fail(failure);
            } else if (made.body() == null) {
                Answers.error(request, 503, "no memory for the page of metrics (--memory-budget sets the limit)");
            } else {
                write(context, made, made.body());
            }
        });
    }

    private void write(RoutingContext context, Made made, Body body) {
        HttpServerRequest request = context.request();
        if (context.response().closed()) {
            body.release();
            return;
        }
        request.response()
                .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding")
                .putHeader(HttpHeaders.CONTENT_TYPE, made.contentType());
        if (made.zipped()) {
            request.response().putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
        }
        if (request.method().equals(HttpMethod.HEAD)) {
            request.response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            body.release();
            request.response().end();
            return;
        }
        int size = body.length();
        held.addAndGet(size);
        exchanges.write(request, body).onComplete((v, failure) -> held.addAndGet(-size));
    }

    private Made make(String accept, boolean zipped) throws IOException {
        MetricsPage.Page plain = page.render(accept);
        BudgetedBuffer made = new BudgetedBuffer(budget, FIRST, Integer.MAX_VALUE, 0);
        byte[] bytes = plain.text().getBytes(StandardCharsets.UTF_8);
        boolean fits = zipped ? zip(bytes, made) : made.add(bytes, 0, bytes.length);
        if (!fits) {
            made.clear();
        }
        return new Made(plain.contentType(), zipped, fits ? made.take() : null);
    }

    private static boolean zip(byte[] bytes, BudgetedBuffer made) throws IOException {
        boolean[] fits = {true};
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] source, int from, int count) {
                fits[0] = fits[0] && made.add(source, from, count);
            }
        };
        try (GZIPOutputStream zip = new GZIPOutputStream(out, FIRST)) {
            zip.write(bytes);
        }
        return fits[0];
    }
}
