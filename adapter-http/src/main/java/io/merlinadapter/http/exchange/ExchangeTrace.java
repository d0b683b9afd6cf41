package io.merlinadapter.http.exchange;

import io.merlinadapter.http.exchange.ProtocolCodec.Head;
import io.merlinadapter.predict.CallTrace;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.text.Texts;
import io.merlinadapter.trace.TracedCall;
import io.merlinadapter.trace.Tracing;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** One prediction, as traces tell of it. What callers wrote is cut where it is long. Belongs to its connection's event loop. */
final class ExchangeTrace {
    private static final CharSequence PARENT = HttpHeaders.createOptimized("traceparent");
    private static final CharSequence STATE = HttpHeaders.createOptimized("tracestate");
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");

    private static final String OF_THE_MODEL = "/v1/predict";
    private static final String BY_NAME = "/v1/models/{model}:predict";

    private final Exchanges exchanges;
    private final HttpServerRequest request;
    private final boolean isGrpc;
    private final String route;
    private final TracedCall call;

    private ExchangeTrace(
            Exchanges exchanges, HttpServerRequest request, boolean isGrpc, String route, TracedCall call) {
        this.exchanges = exchanges;
        this.request = request;
        this.isGrpc = isGrpc;
        this.route = route;
        this.call = call;
    }

    /** Null if this one is not traced, or none is. */
    static @Nullable ExchangeTrace begin(Exchanges exchanges, HttpServerRequest request, Head head, long sinceNanos) {
        Tracing tracing = exchanges.services().tracing();
        if (tracing == null) {
            return null;
        }
        Tracing.Parent parent = new Tracing.Parent(
                PassedHeaders.value(request.headers(), PARENT), PassedHeaders.value(request.headers(), STATE));
        String route = route(request.path(), head.isGrpc());
        TracedCall call = tracing.begin(head.isGrpc() ? route : "POST " + route, parent, sinceNanos);
        return call == null ? null : new ExchangeTrace(exchanges, request, head.isGrpc(), route, call);
    }

    /** Of few kinds, whatever callers write: collectors group by it. */
    private static String route(@Nullable String path, boolean isGrpc) {
        if (isGrpc) {
            return path == null ? "" : path.substring(1);
        }
        return OF_THE_MODEL.equals(path) ? OF_THE_MODEL : BY_NAME;
    }

    CallTrace call() {
        return call;
    }

    /**
     * It is over for its caller.
     *
     * @param code what it is counted as; null if the caller was gone before
     * @param failure null if there was a prediction, or the caller was gone before
     */
    void ended(@Nullable Integer code, @Nullable FailureKind failure, @Nullable String predictionId) {
        call.ended(
                exchanges.now(),
                new TracedCall.CallEnd(
                        isGrpc,
                        route,
                        cut(request.path(), AccessLine.LONGEST_PATH),
                        AccessLine.version(request),
                        code,
                        failure,
                        cut(PassedHeaders.value(request.headers(), REQUEST_ID), AccessLine.LONGEST_ID),
                        cut(predictionId, AccessLine.LONGEST_ID)));
    }

    private static @Nullable String cut(@Nullable String text, int longest) {
        return text == null ? null : Texts.head(text, longest);
    }
}
