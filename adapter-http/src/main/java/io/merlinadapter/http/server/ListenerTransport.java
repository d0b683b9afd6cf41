package io.merlinadapter.http.server;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.vertx.core.Vertx;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Gives every TCP server of a Vert.x a {@link FrontListener}, and knows them all. Any thread. */
final class ListenerTransport extends NioTransport {
    private final Set<FrontListener> listeners = ConcurrentHashMap.newKeySet();

    /**
     * The transport of {@code vertx}.
     *
     * @throws IllegalStateException if it is another one
     */
    static ListenerTransport of(Vertx vertx) {
        if (((VertxInternal) vertx).transport() instanceof ListenerTransport transport) {
            return transport;
        }
        throw new IllegalStateException(
                "this Vert.x can't close a port and keep its connections (expected: one that was"
                        + " built with withTransport(new FrontTransport()))");
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return domainSocket ? super.serverChannelFactory(true) : this::newListener;
    }

    private FrontListener newListener() {
        FrontListener listener = new FrontListener();
        listeners.add(listener);
        listener.closeFuture().addListener(closed -> listeners.remove(listener));
        return listener;
    }

    /** The listener that a server of this Vert.x has just bound to {@code port}. */
    FrontListener listenerOn(int port) {
        List<FrontListener> found =
                listeners.stream().filter(listener -> listener.port() == port).toList();
        if (found.size() != 1) {
            throw new IllegalStateException(found.size() + " listeners on port " + port + " (expected: 1)");
        }
        return found.get(0);
    }
}
