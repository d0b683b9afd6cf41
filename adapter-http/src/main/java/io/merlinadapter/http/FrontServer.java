package io.merlinadapter.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server on one event loop: the one where {@link #listen} is called, to which everything here belongs. */
final class FrontServer implements Handler<HttpServerRequest> {
    private static final long NEXT_ROUND_MILLIS = 1;

    private final Context context;
    private final FrontLoop loop;
    private final Router router;
    private final HttpServer server;
    private final String path;
    private final String aliasPath;
    private final Promise<Void> stopped = Promise.promise();
    private final Set<HttpConnection> connections = new HashSet<>();
    private @Nullable Duration timeToStop;

    private FrontServer(Vertx vertx, HttpFrontSettings settings, HttpServices services) {
        this.context = vertx.getOrCreateContext();
        this.loop = new FrontLoop(vertx, context, settings, services);
        this.router = SharedRoutes.router(vertx, settings.names(), services.predictor(), services.page());
        this.path = PredictPath.of(settings.names().fullName());
        this.aliasPath = PredictPath.of(settings.names().alias());
        this.server = vertx.createHttpServer(ServerOptions.of(settings.requestTimeout()));
    }

    static Future<FrontServer> listen(Vertx vertx, HttpFrontSettings settings, HttpServices services, int port) {
        FrontServer front = new FrontServer(vertx, settings, services);
        return front.server
                .requestHandler(front)
                .connectionHandler(front::connected)
                .invalidRequestHandler(new InvalidRequests(vertx))
                .listen(port, settings.host())
                .map(front);
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
        // Its preface came late. Over HTTP/1 it would be a request, which is answered first.
        if (timeToStop != null && Connections.isHttp2(connection)) {
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
        String uri = request.uri();
        if (uri.equals(path) || uri.equals(aliasPath)) {
            predict(request, null);
            return;
        }
        String model = PredictPath.modelIn(request.path());
        if (model == null) {
            plain(request);
            router.handle(request);
        } else {
            predict(request, loop.settings().names().areOurs(model) ? null : model);
        }
    }

    private void predict(HttpServerRequest request, @Nullable String unknownModel) {
        if (request.method().equals(HttpMethod.POST)) {
            new PredictExchange(loop, request).begin(unknownModel);
        } else {
            plain(request);
            SharedRoutes.methodNotAllowed(request, "POST");
        }
    }

    /** Prepares an answer that doesn't need the request's body. */
    private void plain(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return;
        }
        if (PredictHeaders.expectsContinue(request)) {
            // The body will not be asked for, and what comes next on this connection may or may not be it.
            loop.lastAnswers().announceWithoutBody(request);
        } else if (loop.isLeaving()) {
            loop.lastAnswers().announceUnread(request);
        }
    }
}
