package io.merlinadapter.http.exchange;

import com.fasterxml.jackson.core.JsonGenerator;
import io.merlinadapter.http.exchange.ProtocolCodec.Head;
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

    private final Exchanges exchanges;
    private final HttpServerRequest request;
    private final boolean isGrpc;
    private final long sinceNanos;
    private final @Nullable SocketAddress remote;

    /** How it ended for its caller, who has no status if nothing was answered. */
    private record End(
            String outcome,
            @Nullable Integer status,
            @Nullable FailureKind kind) {}

    /** To be made while the connection is open, which forgets when it is closed who was at its other end. */
    AccessLine(Exchanges exchanges, HttpServerRequest request, Head head, long sinceNanos) {
        this.exchanges = exchanges;
        this.request = request;
        this.isGrpc = head.isGrpc();
        this.sinceNanos = sinceNanos;
        this.remote = request.remoteAddress();
    }

    /** It was answered; to be called once that was written. */
    void succeeded(Head head, int code, @Nullable String predictionId, @Nullable PredictCall call) {
        write(head, new End(word(Outcome.SUCCESS), code, null), predictionId, call);
    }

    /** It was refused; to be called once that was written, and {@code call}, if there is one, has its outcome. */
    void refused(Head head, Refusal refusal, int code, @Nullable String predictionId, @Nullable PredictCall call) {
        Outcome outcome = HttpErrors.outcome(refusal.kind());
        write(head, new End(word(outcome), code, refusal.kind()), predictionId, call);
    }

    /** The caller has left before there was an answer; {@code call} may still be under way. */
    void cancelled(Head head, @Nullable String predictionId, @Nullable PredictCall call) {
        End end = new End("cancelled", null, null);
        if (call == null) {
            write(head, end, predictionId, null);
        } else {
            call.outcome().onComplete((prediction, failure) -> write(head, end, predictionId, call));
        }
    }

    private void write(Head head, End end, @Nullable String predictionId, @Nullable PredictCall call) {
        BigDecimal duration = millis(exchanges.now() - sinceNanos);
        AccessLog.write(json -> {
            json.writeStringField("time", TIME.format(Instant.now()));
            json.writeStringField("severity", "INFO");
            json.writeStringField("type", "access");
            String status = end.status() == null ? "" : " (" + end.status() + ")";
            json.writeStringField(
                    "message", head.protocol() + " " + end.outcome() + status + " after " + duration + " ms");
            writeRequest(json, head.protocol());
            writeEnd(json, end);
            json.writeNumberField("duration_ms", duration);
            writeTimings(json, call == null ? Timings.NONE : call.timings());
            json.writeNumberField("request_bytes", request.bytesRead());
            json.writeNumberField("response_bytes", request.response().bytesWritten());
            writeText(json, "prediction_id", predictionId, LONGEST_ID);
            writeHeaders(json);
        });
    }

    private void writeRequest(JsonGenerator json, String protocol) throws IOException {
        json.writeStringField("protocol", protocol);
        String path = request.path();
        if (isGrpc) {
            writeText(json, "grpc_method", path == null ? null : path.substring(1), LONGEST_PATH);
        } else {
            json.writeStringField("method", request.method().name());
            writeText(json, "path", path, LONGEST_PATH);
        }
        json.writeStringField("http_version", version(request));
        if (remote != null) {
            json.writeStringField("remote_address", shown(remote));
        }
    }

    /** As in 1.1. */
    static String version(HttpServerRequest request) {
        return switch (request.version()) {
            case HTTP_1_0 -> "1.0";
            case HTTP_1_1 -> "1.1";
            case HTTP_2 -> "2";
        };
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
            if (timings.batchSize() > 1) {
                json.writeNumberField("batch_size", timings.batchSize());
            }
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
