package io.merlinadapter.http.server;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.HashSet;
import java.util.Set;

/**
 * The HTTP/1 connections that have been told that no answer will follow. Whatever their callers have sent behind is
 * ignored: having been told so, they may send it again elsewhere (RFC 9112, 9.6). HTTP/2 has GOAWAY for this, so its
 * requests are left alone. Belongs to one event loop.
 */
final class LastAnswers {
    private final Set<HttpConnection> connections = new HashSet<>();

    /** Makes the answer to {@code request} the last one, and closes behind it if the request is complete by then. */
    void announce(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return;
        }
        connections.add(request.connection());
        Answers.lastOnConnection(request);
        request.response().bodyEndHandler(written -> closeWhenDone(request));
    }

    /** As {@link #announce}, for a request whose body nobody reads. */
    void announceUnread(HttpServerRequest request) {
        announce(request);
        request.endHandler(end -> closeWhenDone(request));
    }

    /** As {@link #announce}, for a request whose body will not come. */
    void announceWithoutBody(HttpServerRequest request) {
        announce(request);
        request.response().bodyEndHandler(written -> request.connection().close());
    }

    boolean areOver(HttpConnection connection) {
        return connections.contains(connection);
    }

    void forget(HttpConnection closed) {
        connections.remove(closed);
    }

    private static void closeWhenDone(HttpServerRequest request) {
        // Closing with bytes unread would make the operating system reset the connection, answer and all.
        if (request.isEnded() && request.response().ended()) {
            request.connection().close();
        }
    }
}
