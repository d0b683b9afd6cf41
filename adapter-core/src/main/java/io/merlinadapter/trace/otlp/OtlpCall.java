package io.merlinadapter.trace.otlp;

import io.merlinadapter.predict.CallTrace;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.trace.TracedCall;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call as spans: the whole of it, its time in the queue, and its time with the program, these two again if its worker
 * has died. The front's loop ends the whole, the dispatcher's all else.
 */
final class OtlpCall implements TracedCall {
    /** Of what a server answers, what is a fault of the server; all else is the caller's. As OpenTelemetry has it of gRPC. */
    private static final Set<String> FAULTS =
            Set.of("UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS");

    private static final List<String> GRPC = List.of(
            "OK",
            "CANCELLED",
            "UNKNOWN",
            "INVALID_ARGUMENT",
            "DEADLINE_EXCEEDED",
            "NOT_FOUND",
            "ALREADY_EXISTS",
            "PERMISSION_DENIED",
            "RESOURCE_EXHAUSTED",
            "FAILED_PRECONDITION",
            "ABORTED",
            "OUT_OF_RANGE",
            "UNIMPLEMENTED",
            "INTERNAL",
            "UNAVAILABLE",
            "DATA_LOSS",
            "UNAUTHENTICATED");

    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final String CANCELLED = "cancelled";
    private static final AttributeKey<Long> WORKER = AttributeKey.longKey("merlin_adapter.worker");
    private static final AttributeKey<Long> BATCH_SIZE = AttributeKey.longKey("merlin_adapter.batch_size");

    private final Spans spans;
    private final Span whole;
    /** What makes a time of the event loop one since 1970. */
    private final long offset;
    /** What it does now: it waits, or a worker has it. The dispatcher's. */
    private @Nullable Span now;

    private volatile boolean isGone;

    OtlpCall(Spans spans, Span whole, long offset) {
        this.spans = spans;
        this.whole = whole;
        this.offset = offset;
    }

    @Override
    public void queued(long at) {
        now = spans.within(whole, "queue", at + offset);
    }

    @Override
    public void sent(long at, int worker, int batchSize) {
        left(at, null);
        Span program = spans.within(whole, "program", at + offset);
        program.setAttribute(WORKER, (long) worker);
        if (batchSize > 1) {
            program.setAttribute(BATCH_SIZE, (long) batchSize);
        }
        whole.setAttribute(WORKER, (long) worker);
        now = program;
    }

    /** A link with each of many others would be their number squared: all have one with the first, and that one with all. */
    @Override
    public void sharesLine(CallTrace first) {
        Span mine = now;
        Span firsts = ((OtlpCall) first).now;
        if (mine != null && firsts != null) {
            mine.addLink(firsts.getSpanContext());
            firsts.addLink(mine.getSpanContext());
        }
    }

    @Override
    public void left(long at, @Nullable FailureKind why) {
        Span span = now;
        if (span == null) {
            return;
        }
        now = null;
        if (why != null && isGone) {
            span.setAttribute(ERROR, CANCELLED);
        } else if (why != null) {
            span.setAttribute(ERROR, word(why));
            span.setStatus(StatusCode.ERROR);
        }
        spans.end(span, at + offset);
    }

    @Override
    public void ended(long at, CallEnd end) {
        isGone = end.code() == null;
        if (end.isGrpc()) {
            describeRpc(end);
        } else {
            describeHttp(end);
        }
        whole.setAttribute("network.protocol.name", "http");
        whole.setAttribute("network.protocol.version", end.httpVersion());
        if (isGone) {
            whole.setAttribute(ERROR, CANCELLED);
        } else if (end.failure() != null) {
            whole.setAttribute(ERROR, word(end.failure()));
        }
        put("merlin_adapter.request_id", end.requestId());
        put("merlin_adapter.prediction_id", end.predictionId());
        spans.end(whole, at + offset);
    }

    private void describeHttp(CallEnd end) {
        Integer code = end.code();
        whole.setAttribute("http.request.method", "POST");
        whole.setAttribute("http.route", end.route());
        whole.setAttribute("url.scheme", "http");
        put("url.path", end.path());
        if (code != null) {
            whole.setAttribute("http.response.status_code", (long) code);
            if (code >= 500) {
                whole.setStatus(StatusCode.ERROR);
            }
        }
    }

    private void describeRpc(CallEnd end) {
        whole.setAttribute("rpc.system.name", "grpc");
        whole.setAttribute("rpc.method", end.route());
        Integer code = end.code();
        if (code != null) {
            String name = code >= 0 && code < GRPC.size() ? GRPC.get(code) : code.toString();
            whole.setAttribute("rpc.response.status_code", name);
            if (FAULTS.contains(name)) {
                whole.setStatus(StatusCode.ERROR);
            }
        }
    }

    private void put(String name, @Nullable String value) {
        if (value != null) {
            whole.setAttribute(name, value);
        }
    }

    private static String word(FailureKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
