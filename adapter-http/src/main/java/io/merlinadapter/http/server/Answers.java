package io.merlinadapter.http.server;

import io.merlinadapter.memory.Body;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.json.JsonObject;

/** Writes answers. Their constant parts are made once. */
public final class Answers {
    public static final CharSequence JSON = HttpHeaders.createOptimized("application/json; charset=UTF-8");
    public static final CharSequence CLOSE = HttpHeaders.createOptimized("close");
    public static final CharSequence RETRY_AFTER = HttpHeaders.createOptimized("retry-after");

    private Answers() {}

    /** Answers {@code request} with a whole JSON body; on HEAD with its headers alone. */
    public static Future<Void> json(HttpServerRequest request, int status, JsonObject body) {
        // Through a String, not Jackson's UTF-8 writer, which throws at half a surrogate pair.
        return whole(request, status, JSON, Buffer.buffer(body.encode()));
    }

    public static Future<Void> error(HttpServerRequest request, int status, String message) {
        return json(request, status, new JsonObject().put("error", message));
    }

    /** Answers 405 and says which methods the path has. */
    public static void methodNotAllowed(HttpServerRequest request, String allowed) {
        methodNotAllowed(request, allowed, "");
    }

    /** As above, with {@code also} behind the methods that are allowed. */
    public static void methodNotAllowed(HttpServerRequest request, String allowed, String also) {
        request.response().putHeader(HttpHeaders.ALLOW, allowed);
        error(request, 405, request.method().name() + " " + request.path() + " (expected: " + allowed + also + ")");
    }

    public static Future<Void> whole(HttpServerRequest request, int status, CharSequence contentType, Buffer body) {
        HttpServerResponse response =
                request.response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        if (request.method().equals(HttpMethod.HEAD)) {
            // Vert.x would send the bytes over HTTP/2.
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            return response.end();
        }
        return response.end(body);
    }

    /** Has the caller close the connection after this answer. HTTP/2 forbids the header and has GOAWAY. */
    public static void lastOnConnection(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (request.version() == HttpVersion.HTTP_1_0) {
            // Vert.x says "keep-alive" to those who asked for it, just before this.
            response.headersEndHandler(v -> response.putHeader(HttpHeaders.CONNECTION, CLOSE));
        } else if (request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, CLOSE);
        }
    }

    /**
     * A part of the body's own bytes as a Vert.x buffer, not a copy. Vert.x offers that only among its internals, hence
     * here and nowhere else.
     */
    public static Buffer view(Body body, int from, int size) {
        return BufferInternal.buffer(Unpooled.wrappedBuffer(body.bytes(), body.offset() + from, size));
    }
}
