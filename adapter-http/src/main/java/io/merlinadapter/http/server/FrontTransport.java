package io.merlinadapter.http.server;

import io.vertx.core.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The transport of a Vert.x that fronts can listen on: {@code Vertx.builder().with(options).withTransport(new
 * FrontTransport()).build()}. It is {@link Transport#NIO}, but for its listeners, which can be closed without their
 * connections. Each Vert.x needs one of its own.
 */
public final class FrontTransport implements Transport {
    private final ListenerTransport implementation = new ListenerTransport();

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
}
