package io.merlinadapter.http.server;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A port. Its methods may be called on any thread. */
public final class Front {
    /** Vert.x lets servers share a free port when they ask for the same negative one. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final FrontListener listener;
    private final List<FrontServer> servers;

    private Front(Vertx vertx, List<FrontServer> servers) {
        this.vertx = vertx;
        this.listener = ListenerTransport.of(vertx).listenerOn(servers.get(0).port());
        this.servers = servers;
    }

    /**
     * Binds the port. With one event loop, all requests are then served on the Vert.x context that makes this call; with
     * more, each has a context of its own.
     *
     * @param vertx must have been built with a {@link FrontTransport}
     * @param handlers what answers the requests
     * @return completes when callers can connect; fails when the port can't be bound, and with an
     *     {@link IllegalStateException} for a Vert.x of another transport
     */
    public static Future<Front> listen(Vertx vertx, PortSettings settings, RequestHandler.Maker handlers) {
        return prepare(vertx, settings, handlers).get();
    }

    /**
     * Makes everything for {@link #listen} but the port, on the Vert.x context that will serve.
     *
     * @return binds the port, as {@code listen} does; to be called once, on the same context
     */
    public static Supplier<Future<Front>> prepare(Vertx vertx, PortSettings settings, RequestHandler.Maker handlers) {
        try {
            ListenerTransport.of(vertx);
        } catch (IllegalStateException e) {
            return () -> Future.failedFuture(e);
        }
        if (settings.eventLoops() == 1) {
            FrontServer only = new FrontServer(vertx, settings, handlers);
            return () -> only.listen(settings.host(), settings.port()).map(server -> new Front(vertx, List.of(server)));
        }
        return () -> listenOnLoops(vertx, settings, handlers);
    }

    private static Future<Front> listenOnLoops(Vertx vertx, PortSettings settings, RequestHandler.Maker handlers) {
        int port = settings.port() == 0 ? FREE_PORTS.decrementAndGet() : settings.port();
        List<FrontServer> servers = new CopyOnWriteArrayList<>();
        return vertx.deployVerticle(
                        () -> onLoopOfItsOwn(settings, handlers, port, servers),
                        new DeploymentOptions().setInstances(settings.eventLoops()))
                .map(id -> new Front(vertx, List.copyOf(servers)));
    }

    /** The port that was bound, also when 0 was asked for. */
    public int port() {
        return servers.get(0).port();
    }

    /**
     * Closes the port, so that connects are refused, and nothing else: open connections are served as before. May be
     * called again, and in any order with {@link #reopen()}; the calls are carried out one after the other.
     *
     * @return completes when connects are refused, on a thread that must not be held up
     */
    public Future<Void> shut() {
        return listener.shut();
    }

    /**
     * Opens the port that {@link #shut()} closed again, under its number.
     *
     * @return completes when callers can connect, on a thread that must not be held up; fails with the reason when the
     *     port can't be bound, which may be tried again, and with an {@link IllegalStateException} after
     *     {@link #stop(Duration)}
     */
    public Future<Void> reopen() {
        return listener.reopen();
    }

    /**
     * Prepares for {@link #stop(Duration)} while load balancers still send: from now on every answer over HTTP/1 says
     * {@code Connection: close}, and its connection is closed. New connections are accepted and everything is served;
     * HTTP/2 callers notice nothing.
     */
    public void announceStop() {
        servers.forEach(FrontServer::announceStop);
    }

    /**
     * Closes the port for good. Idle connections are closed at once, HTTP/2 ones when the caller has heard of it;
     * requests under way are answered, with {@code Connection: close} or after a GOAWAY, and their connections closed
     * then. What comes behind that answer or the last stream of the GOAWAY is not begun, which callers know to be safe
     * to repeat. A second call can only shorten the time.
     *
     * @param within after this long, whatever is left is closed; not negative
     * @return completes when no request is left
     */
    public Future<Void> stop(Duration within) {
        announceStop();
        return listener.end().compose(ended -> {
            vertx.setTimer(
                    Math.max(1, within.toMillis()), id -> listener.connections().cutAll());
            return Future.join(servers.stream()
                            .map(server -> server.stop(within, listener.connections()))
                            .toList())
                    .mapEmpty();
        });
    }

    private static Deployable onLoopOfItsOwn(
            PortSettings settings, RequestHandler.Maker handlers, int port, List<FrontServer> servers) {
        return new VerticleBase() {
            @Override
            public Future<?> start() {
                return new FrontServer(vertx, settings, handlers)
                        .listen(settings.host(), port)
                        .onSuccess(servers::add);
            }
        };
    }
}
