package io.merlinadapter.http.server;

import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.impl.transports.NioTransport;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.transport.Transport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a Vert.x that fronts can listen on: {@code Vertx.builder().with(options).withTransport(new
 * FrontTransport()).build()}. It is {@link Transport#NIO}, but for a gate before the listeners of fronts.
 */
public final class FrontTransport implements Transport {
    private final Gated implementation = new Gated();

    @Override
    public String name() {
        return NIO.name();
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return null;
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return implementation;
    }

    /** Has the server that {@code listen} makes accept through {@code gate}. */
    static <T> Future<T> through(AcceptGate gate, Supplier<Future<T>> listen) {
        Gated.GATE_OF_THIS_CALL.set(gate);
        try {
            return listen.get();
        } finally {
            Gated.GATE_OF_THIS_CALL.remove();
        }
    }

    /** @throws IllegalStateException if {@code vertx} has another transport */
    static void check(Vertx vertx) {
        if (!(((VertxInternal) vertx).transport() instanceof Gated)) {
            throw new IllegalStateException(
                    "this Vert.x has no gate before its ports (expected: one that was built with"
                            + " withTransport(new FrontTransport()))");
        }
    }

    /** Vert.x asks for the channel of a listener within the call that begins to listen. */
    static final class Gated extends NioTransport {
        private static final ThreadLocal<@Nullable AcceptGate> GATE_OF_THIS_CALL = new ThreadLocal<>();

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            AcceptGate gate = GATE_OF_THIS_CALL.get();
            return gate == null ? super.serverChannelFactory(domainSocket) : () -> new GateChannel(gate);
        }
    }
}
