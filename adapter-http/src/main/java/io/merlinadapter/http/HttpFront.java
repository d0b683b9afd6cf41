package io.merlinadapter.http;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP_JSON port. Its methods may be called on any thread. */
public final class HttpFront {
    /** Vert.x lets servers share a free port when they ask for the same negative one. */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger();

    private final List<FrontServer> servers;

    private HttpFront(List<FrontServer> servers) {
        this.servers = servers;
    }

    /**
     * Binds the port. With one event loop, all requests are then served on the Vert.x context that makes this call; with
     * more, each has a context of its own.
     *
     * @return completes when callers can connect; fails when the port can't be bound
     */
    public static Future<HttpFront> listen(Vertx vertx, HttpFrontSettings settings, HttpServices services) {
        if (settings.eventLoops() == 1) {
            return FrontServer.listen(vertx, settings, services, settings.port())
                    .map(server -> new HttpFront(List.of(server)));
        }
        int port = settings.port() == 0 ? FREE_PORTS.decrementAndGet() : settings.port();
        List<FrontServer> servers = new CopyOnWriteArrayList<>();
        return vertx.deployVerticle(
                        () -> onLoopOfItsOwn(settings, services, port, servers),
                        new DeploymentOptions().setInstances(settings.eventLoops()))
                .map(id -> new HttpFront(List.copyOf(servers)));
    }

    /** The port that was bound, also when 0 was asked for. */
    public int port() {
        return servers.get(0).port();
    }

    /**
     * Stops accepting. Idle connections are closed at once; requests under way are answered, with {@code Connection:
     * close} or after a GOAWAY, and their connections closed then.
     *
     * @param within after this long, whatever is left is closed
     * @return completes when no request is left; a connection that never had one may stay open until {@code within}
     */
    public Future<Void> stop(Duration within) {
        return Future.join(servers.stream().map(server -> server.stop(within)).toList())
                .mapEmpty();
    }

    private static Deployable onLoopOfItsOwn(
            HttpFrontSettings settings, HttpServices services, int port, List<FrontServer> servers) {
        return new VerticleBase() {
            @Override
            public Future<?> start() {
                return FrontServer.listen(vertx, settings, services, port).onSuccess(servers::add);
            }
        };
    }
}
