package io.merlinadapter.http.server;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server on one event loop: the one where it is made, to which everything here belongs. */
final class FrontServer implements Handler<HttpServerRequest> {
    private static final long NEXT_ROUND_MILLIS = 1;

    private final Context context;
    private final ServerLoop loop;
    private final HttpServer server;
    private final RequestHandler handler;
    private final Promise<Void> stopped = Promise.promise();
    private final Set<HttpConnection> connections = new HashSet<>();
    private @Nullable Duration timeToStop;

    /** A server that does not listen yet, on the event loop that makes it. */
    FrontServer(Vertx vertx, PortSettings settings, RequestHandler.Maker handlers) {
        this.context = vertx.getOrCreateContext();
        this.loop = new ServerLoop(vertx, context);
        this.handler = handlers.on(loop);
        this.server = vertx.createHttpServer(ServerOptions.of(settings.requestTimeout()));
    }

    Future<FrontServer> listen(String host, int port) {
        return server.requestHandler(this)
                .connectionHandler(this::connected)
                .invalidRequestHandler(new InvalidRequests(loop.vertx()))
                .listen(port, host)
                .map(this);
    }

    /** The number of the bound port. Any thread. */
    int port() {
        return server.actualPort();
    }

    /** From now on every answer over HTTP/1 is the last on its connection. Any thread. */
    void announceStop() {
        loop.leave();
    }

    /**
     * Closes idle connections at once and the others after their answer, all of them after {@code within}. Any thread;
     * the result completes when that is done. Later calls change nothing.
     *
     * @param accepted the connections of the port, which is closed
     */
    Future<Void> stop(Duration within, OpenConnections accepted) {
        // What callers sent before the port closed is read first, which takes the loop one round.
        context.runOnContext(v -> loop.vertx().setTimer(NEXT_ROUND_MILLIS, timer -> stopNow(within, accepted)));
        return stopped.future();
    }

    private void stopNow(Duration within, OpenConnections accepted) {
        if (timeToStop == null) {
            timeToStop = within;
            accepted.closeSilent();
            handler.leave();
            List.copyOf(connections).forEach(connection -> leave(connection, within));
            endIfIdle();
        }
    }

    private void leave(HttpConnection connection, Duration within) {
        if (Connections.isHttp2(connection)) {
            Http2Farewell.say(loop.vertx(), connection, within);
        } else {
            connection.shutdown(within.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void connected(HttpConnection connection) {
        connections.add(connection);
        connection.closeHandler(v -> {
            connections.remove(connection);
            loop.lastAnswers().forget(connection);
            endIfIdle();
        });
        if (!Connections.isHttp2(connection)) {
            return;
        }
        Connections.keepThroughFaultsOfStreams(connection);
        // Its preface came late. Over HTTP/1 it would be a request, which is answered first.
        if (timeToStop != null) {
            leave(connection, timeToStop);
        }
    }

    private void endIfIdle() {
        if (timeToStop != null && connections.isEmpty()) {
            stopped.tryComplete();
        }
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (loop.lastAnswers().areOver(request.connection())) {
            return;
        }
        handler.handle(request);
    }
}
