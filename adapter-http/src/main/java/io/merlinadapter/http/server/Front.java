package io.merlinadapter.http.server;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A port. Its methods may be called on any thread. */
public final class Front {
    /** Vert.x lets servers share a free port when they ask for the same negative one. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final Vertx vertx;
    private final PortSettings settings;
    private final AcceptGate gate;
    private final List<FrontServer> servers;
    /** Where connections are accepted, and the turns below are taken: no request can hold that up. */
    private final Executor acceptor;

    private Future<Void> lastTurn = Future.succeededFuture();
    private List<HttpServer> open = List.of();
    private boolean ended;
    private volatile int port;

    private Front(Vertx vertx, PortSettings settings, AcceptGate gate, List<FrontServer> servers) {
        this.vertx = vertx;
        this.settings = settings;
        this.gate = gate;
        this.servers = servers;
        this.acceptor = ((VertxInternal) vertx).acceptorEventLoopGroup().next();
        this.port = settings.port();
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
            FrontTransport.check(vertx);
        } catch (IllegalStateException e) {
            return () -> Future.failedFuture(e);
        }
        AcceptGate gate = new AcceptGate(
                settings.budget(), settings.maxConnections(), ServerOptions.of(settings.requestTimeout()));
        if (settings.eventLoops() == 1) {
            Front front = new Front(vertx, settings, gate, List.of(new FrontServer(vertx, gate, handlers)));
            return front::begin;
        }
        List<FrontServer> servers = new CopyOnWriteArrayList<>();
        return () -> vertx.deployVerticle(
                        () -> onLoopOfItsOwn(gate, handlers, servers),
                        new DeploymentOptions().setInstances(settings.eventLoops()))
                .compose(id -> new Front(vertx, settings, gate, List.copyOf(servers)).begin());
    }

    private static Deployable onLoopOfItsOwn(
            AcceptGate gate, RequestHandler.Maker handlers, List<FrontServer> servers) {
        return new VerticleBase() {
            @Override
            public Future<?> start() {
                servers.add(new FrontServer(vertx, gate, handlers));
                return Future.succeededFuture();
            }
        };
    }

    private Future<Front> begin() {
        return inTurn(this::openPort).map(this);
    }

    /** The port that was bound, also when 0 was asked for. */
    public int port() {
        return port;
    }

    /**
     * Closes the port, so that connects are refused. On its connections everything is answered, and told to go elsewhere
     * with that: over HTTP/1 by the next answer, over HTTP/2 at once. May be called again, and in any order with
     * {@link #reopen()}; the calls are carried out one after the other.
     *
     * @return completes when connects are refused
     */
    public Future<Void> shut() {
        return inTurn(() -> closePort().onSuccess(v -> closeWhenEmpty(settings.requestTimeout(), false)));
    }

    /**
     * Opens the port that {@link #shut()} closed again, under its number.
     *
     * @return completes when callers can connect; fails with the reason when the port can't be bound, which may be tried
     *     again, and with an {@link IllegalStateException} after {@link #stop(Duration)}
     */
    public Future<Void> reopen() {
        return inTurn(this::openPort);
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
        return inTurn(() -> {
                    ended = true;
                    return closePort();
                })
                .compose(closed -> {
                    servers.forEach(FrontServer::leave);
                    vertx.setTimer(
                            Math.max(1, within.toMillis()),
                            id -> gate.connections().forEach(Connection::cut));
                    return closeWhenEmpty(within, true);
                });
    }

    private Future<Void> inTurn(Supplier<Future<Void>> step) {
        Promise<Void> done = Promise.promise();
        try {
            acceptor.execute(() -> {
                lastTurn = lastTurn.transform(before -> step.get());
                lastTurn.onComplete(done);
            });
        } catch (RejectedExecutionException e) {
            done.fail(new IllegalStateException("port " + port + " was closed with its Vert.x", e));
        }
        return done.future();
    }

    private Future<Void> openPort() {
        if (ended) {
            return Future.failedFuture(
                    new IllegalStateException("port " + port + " can't be opened again: it was closed for good"));
        }
        if (!open.isEmpty()) {
            return Future.succeededFuture();
        }
        int wanted = port == 0 && servers.size() > 1 ? FREE_PORTS.decrementAndGet() : port;
        List<Future<HttpServer>> listening = servers.stream()
                .map(server -> server.listen(settings.host(), wanted))
                .toList();
        return Future.join(listening).compose(all -> {
            open = all.list();
            port = open.get(0).actualPort();
            return Future.succeededFuture();
        });
    }

    private Future<Void> closePort() {
        GateChannel listening = gate.channel();
        return listening == null ? Future.succeededFuture() : listening.leave();
    }

    /** Has all connections end, and then those servers of Vert.x that they belong to, which would cut them. */
    private Future<Void> closeWhenEmpty(Duration within, boolean forGood) {
        List<HttpServer> closing = open;
        open = List.of();
        List<Future<Void>> ends = new ArrayList<>();
        for (Connection connection : gate.connections()) {
            Promise<Void> end = Promise.promise();
            connection.channel().closeFuture().addListener(closed -> end.complete());
            ends.add(end.future());
            connection.leave(within, forGood);
        }
        return Future.join(ends)
                .compose(empty ->
                        Future.join(closing.stream().map(HttpServer::close).toList()))
                .mapEmpty();
    }
}
