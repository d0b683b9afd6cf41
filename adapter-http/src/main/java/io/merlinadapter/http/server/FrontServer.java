package io.merlinadapter.http.server;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/** What serves a port on one event loop: the one where it is made, to which everything here belongs. */
final class FrontServer implements Handler<HttpServerRequest> {
    private final Context context;
    private final ServerLoop loop;
    private final RequestHandler handler;
    private final AcceptGate gate;

    FrontServer(Vertx vertx, AcceptGate gate, RequestHandler.Maker handlers) {
        this.context = vertx.getOrCreateContext();
        this.loop = new ServerLoop(vertx, context);
        this.handler = handlers.on(loop);
        this.gate = gate;
    }

    /** Listens; a server of Vert.x can do that once. Any thread. */
    Future<HttpServer> listen(String host, int port) {
        return onContext(() -> {
            HttpServer server = loop.vertx()
                    .createHttpServer(gate.options())
                    .requestHandler(this)
                    .connectionHandler(connection -> Connection.of(connection).connected(connection, loop))
                    .invalidRequestHandler(this::refuse);
            return FrontTransport.through(gate, () -> server.listen(port, host));
        });
    }

    /** From now on every answer over HTTP/1 is the last on its connection. Any thread. */
    void announceStop() {
        loop.leave();
    }

    /** The port has closed for good. Any thread. */
    Future<Void> leave() {
        return onContext(() -> {
            handler.leave();
            return Future.succeededFuture();
        });
    }

    private <T> Future<T> onContext(Supplier<Future<T>> work) {
        Promise<T> done = Promise.promise();
        context.runOnContext(v -> work.get().onComplete(done));
        return done.future();
    }

    @Override
    public void handle(HttpServerRequest request) {
        Connection.of(request.connection()).requested(request);
        handler.handle(request);
    }

    private void refuse(HttpServerRequest request) {
        BadRequest fault = BadRequest.of(request.decoderResult().cause());
        Answers.error(request, fault.status(), String.valueOf(fault.getMessage()));
    }
}
