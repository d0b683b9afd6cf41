package io.merlinadapter.upi;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;

/** Writes what is the same in every answer of gRPC. */
final class GrpcAnswers {
    private static final CharSequence ENCODINGS = HttpHeaders.createOptimized("identity,gzip,deflate");

    private GrpcAnswers() {}

    /**
     * The headers that come before messages; the content type is the caller's own. There is no content-length, which
     * Vert.x would add: a router that copies what it is told to an answer with another body would announce ours, and curl 7.88
     * (Debian 12's, with which scripts/train may be run) reads no trailers behind one; and no date, which no gRPC server sends.
     */
    static void begin(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        response.headersEndHandler(v ->
                        response.headers().remove(HttpHeaders.CONTENT_LENGTH).remove(HttpHeaders.DATE))
                .putHeader(HttpHeaders.CONTENT_TYPE, GrpcText.answerTo(request.getHeader(HttpHeaders.CONTENT_TYPE)))
                .putHeader(GrpcHeaderNames.GRPC_ACCEPT_ENCODING, ENCODINGS);
    }

    /**
     * Ends a call, whether or not messages came before. The status is always in trailers, never in the headers of an answer
     * without a body ("Trailers-Only"): a proxy may send headers on before it knows that nothing follows, and its caller
     * then waits for trailers that don't come. Go's {@code httputil.ReverseProxy}, which Knative's queue-proxy is, does so
     * now and then.
     */
    static Future<Void> end(HttpServerRequest request, GrpcStatus status, String message) {
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            begin(request);
            response.writeHead();
        }
        MultiMap last = response.trailers();
        last.set(GrpcHeaderNames.GRPC_STATUS, status.toString());
        if (!message.isEmpty()) {
            last.set(GrpcHeaderNames.GRPC_MESSAGE, GrpcText.message(message));
        }
        return response.end();
    }
}
