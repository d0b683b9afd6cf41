package io.merlinadapter.http.server;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/** Answers what isn't HTTP/1.1, then closes: nobody knows where the next request would begin. */
final class InvalidRequests implements Handler<HttpServerRequest> {
    /** Time for the caller to finish writing and read the answer; its bytes are skipped meanwhile. */
    private static final long GRACE_MILLIS = 1_000;

    private final Vertx vertx;

    InvalidRequests(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Buffer body =
                Buffer.buffer(new JsonObject().put("error", message(cause)).encode());
        Answers.lastOnConnection(request);
        // Written, not ended: Vert.x closes when it ends, and a close with bytes unread takes the answer with it.
        request.response()
                .setStatusCode(status(cause))
                .putHeader(HttpHeaders.CONTENT_TYPE, Answers.JSON)
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                .write(body);
        vertx.setTimer(GRACE_MILLIS, id -> Connections.cut(request.connection()));
    }

    private static int status(@Nullable Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return 414;
        }
        return cause instanceof TooLongHttpHeaderException ? 431 : 400;
    }

    private static String message(@Nullable Throwable cause) {
        return switch (status(cause)) {
            case 414 -> "the request line is too long: " + reason(cause);
            case 431 -> "the request headers are too long: " + reason(cause);
            default -> "not an HTTP/1.1 request: " + reason(cause);
        };
    }

    private static String reason(@Nullable Throwable cause) {
        String message = cause == null ? null : cause.getMessage();
        return message == null ? "no reason given" : message;
    }
}
