package io.merlinadapter.http.routes;

import io.merlinadapter.http.server.Answers;
import io.merlinadapter.metrics.MetricsPage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /metrics}: in the format that the caller prefers, compressed if it can read that. The page is made off the
 * event loops, which only write it: it may have thousands of series. Nothing else is ever compressed: callers of
 * predictions have been seen to take compressed bytes for JSON.
 */
final class MetricsRoute {
    private static final String GZIP = "gzip";
    private static final String NOT_THIS = "q=0";

    private final Vertx vertx;
    private final MetricsPage page;

    MetricsRoute(Vertx vertx, MetricsPage page) {
        this.vertx = vertx;
        this.page = page;
    }

    private record Made(String contentType, boolean zipped, Buffer bytes) {}

    void answer(RoutingContext context) {
        HttpServerRequest request = context.request();
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        boolean zipped = readsGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING));
        vertx.executeBlocking(() -> make(accept, zipped), false).onComplete((made, failure) -> {
            if (context.response().closed()) {
                return;
            }
            if (made == null) {
                context.fail(failure);
                return;
            }
            request.response().putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
            if (made.zipped()) {
                request.response().putHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
            }
            Answers.whole(request, 200, made.contentType(), made.bytes());
        });
    }

    private Made make(@Nullable String accept, boolean zipped) throws IOException {
        MetricsPage.Page plain = page.render(accept);
        byte[] bytes = plain.text().getBytes(StandardCharsets.UTF_8);
        return new Made(plain.contentType(), zipped, Buffer.buffer(zipped ? zip(bytes) : bytes));
    }

    private static byte[] zip(byte[] bytes) throws IOException {
        ByteArrayOutputStream made = new ByteArrayOutputStream(bytes.length / 8);
        try (GZIPOutputStream zip = new GZIPOutputStream(made)) {
            zip.write(bytes);
        }
        return made.toByteArray();
    }

    /** Whether a list as in {@code deflate;q=0.5, gzip} has gzip in it. */
    static boolean readsGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String word : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = word.split(";", 2);
            String quality = parts.length == 2 ? parts[1].replace(" ", "") : "";
            if (parts[0].trim().equals(GZIP) && !quality.matches(NOT_THIS + "(\\.0*)?")) {
                return true;
            }
        }
        return false;
    }
}
