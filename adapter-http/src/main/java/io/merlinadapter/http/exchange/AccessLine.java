package io.merlinadapter.http.exchange;

import com.fasterxml.jackson.core.JsonGenerator;
import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictCall.Timings;
import io.merlinadapter.text.Texts;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One prediction, as the access log tells of it when it has ended. What callers wrote is cut where it is long: lines wait
 * in memory to be written. Belongs to its connection's event loop.
 */
final class AccessLine {
    static final int LONGEST_ID = 128;
    static final int LONGEST_PATH = 256;

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private final Exchanges loop;
    private final HttpServerRequest request;
    private final Dialect dialect;
    private final long sinceNanos;
    private final @Nullable SocketAddress remote;

    /** How it ended for its caller, who has no status if nothing was answered. */
    private record End(
            String outcome,
            @Nullable Integer status,
            @Nullable FailureKind kind) {}

    /** To be made while the connection is open, which forgets when it is closed who was at its other end. */
    AccessLine(Exchanges loop, HttpServerRequest request, Dialect dialect, long sinceNanos) {
        this.loop = loop;
        this.request = request;
        this.dialect = dialect;
        this.sinceNanos = sinceNanos;
        this.remote = request.remoteAddress();
    }

    /** It was answered; to be called once that was written. */
    void succeeded(@Nullable PredictCall call) {
        write(new End(word(Outcome.SUCCESS), dialect.code(), null), call);
    }

    /** It was refused; to be called once that was written, and {@code call}, if there is one, has its outcome. */
    void refused(Refusal refusal, @Nullable PredictCall call) {
        Outcome outcome = HttpErrors.outcome(refusal.kind());
        write(new End(word(outcome), dialect.code(refusal), refusal.kind()), call);
    }

    /** The caller has left before there was an answer; {@code call} may still be under way. */
    void cancelled(@Nullable PredictCall call) {
        End end = new End("cancelled", null, null);
        if (call == null) {
            write(end, null);
        } else {
            call.outcome().onComplete((prediction, failure) -> write(end, call));
        }
    }

    private void write(End end, @Nullable PredictCall call) {
        AccessLog.write(json -> {
            json.writeStringField("time", TIME.format(Instant.now()));
            writeRequest(json);
            writeEnd(json, end);
            json.writeNumberField("duration_ms", millis(loop.now() - sinceNanos));
            writeTimings(json, call == null ? Timings.NONE : call.timings());
            json.writeNumberField("request_bytes", request.bytesRead());
            json.writeNumberField("response_bytes", request.response().bytesWritten());
            // Before there is a call, another thread may be at work on the dialect.
            writeText(json, "prediction_id", call == null ? null : dialect.predictionId(), LONGEST_ID);
            writeHeaders(json);
        });
    }

    private void writeRequest(JsonGenerator json) throws IOException {
        json.writeStringField("protocol", dialect.protocol());
        String path = request.path();
        if (dialect.isGrpc()) {
            writeText(json, "grpc_method", path == null ? null : path.substring(1), LONGEST_PATH);
        } else {
            json.writeStringField("method", request.method().name());
            writeText(json, "path", path, LONGEST_PATH);
        }
        json.writeStringField(
                "http_version",
                switch (request.version()) {
                    case HTTP_1_0 -> "1.0";
                    case HTTP_1_1 -> "1.1";
                    case HTTP_2 -> "2";
                });
        if (remote != null) {
            json.writeStringField("remote_address", shown(remote));
        }
    }

    private static String shown(SocketAddress address) {
        String host = String.valueOf(address.hostAddress());
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.port();
    }

    private static void writeEnd(JsonGenerator json, End end) throws IOException {
        if (end.status() != null) {
            json.writeNumberField("status", end.status());
        }
        json.writeStringField("outcome", end.outcome());
        if (end.kind() != null) {
            json.writeStringField("kind", word(end.kind()));
        }
    }

    private static void writeTimings(JsonGenerator json, Timings timings) throws IOException {
        json.writeNumberField("queue_ms", millis(timings.queueNanos()));
        if (timings.hadWorker()) {
            json.writeNumberField("worker_ms", millis(timings.workerNanos()));
            json.writeNumberField("worker", timings.worker());
        }
    }

    private void writeHeaders(JsonGenerator json) throws IOException {
        String parent = PassedHeaders.value(request.headers(), "traceparent");
        if (parent != null && TraceParent.isValid(parent)) {
            json.writeStringField("traceparent", parent);
        }
        writeText(json, "request_id", PassedHeaders.value(request.headers(), "x-request-id"), LONGEST_ID);
        writeText(json, "turing_req_id", PassedHeaders.value(request.headers(), "turing-req-id"), LONGEST_ID);
    }

    private static void writeText(JsonGenerator json, String name, @Nullable String text, int longest)
            throws IOException {
        if (text != null) {
            json.writeStringField(name, Texts.head(text, longest));
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** To the microsecond. */
    private static BigDecimal millis(long nanos) {
        return BigDecimal.valueOf(nanos / 1_000, 3);
    }
}
