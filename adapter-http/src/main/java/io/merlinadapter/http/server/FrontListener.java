package io.merlinadapter.http.server;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What Vert.x takes for the socket it bound. Behind it, the port can be closed, so that connects are refused, and opened
 * again; Vert.x does not notice, so its connections live on. (An HttpServer can only be closed with its connections.)
 *
 * <p>Belongs to the event loop that accepts. The methods that return futures may be called on any thread, are carried
 * out in the order of the calls, and complete on that loop.
 */
final class FrontListener extends AbstractServerChannel {
    private static final long LOOK_AGAIN_MILLIS = 1;

    private final Config config = new Config();
    private final OpenConnections connections = new OpenConnections();
    private volatile @Nullable InetSocketAddress address;
    private volatile boolean ended;
    private @Nullable OpenPort open;
    private Future<Void> lastTurn = Future.succeededFuture();

    /** Completes when connects are refused. Open connections stay. */
    Future<Void> shut() {
        return inTurn(this::closePort);
    }

    /**
     * Completes when callers can connect again, to the same address; fails with the reason if it can't be bound, and may
     * be tried again then. Fails for good after {@link #end}.
     */
    Future<Void> reopen() {
        return inTurn(this::openPort);
    }

    /** As {@link #shut}, for ever. */
    Future<Void> end() {
        return inTurn(() -> closePort().onComplete((v, failure) -> {
            ChannelFuture unused = close();
        }));
    }

    OpenConnections connections() {
        return connections;
    }

    /** The number of the bound port, or 0 before. Any thread. */
    int port() {
        InetSocketAddress bound = address;
        return bound == null ? 0 : bound.getPort();
    }

    private Future<Void> inTurn(Supplier<Future<Void>> step) {
        Promise<Void> done = Promise.promise();
        try {
            eventLoop().execute(() -> {
                lastTurn = lastTurn.transform(before -> step.get());
                lastTurn.onComplete(done);
            });
        } catch (RejectedExecutionException e) {
            done.fail(new IllegalStateException("port " + port() + " was closed with its Vert.x", e));
        }
        return done.future();
    }

    private Future<Void> openPort() {
        InetSocketAddress bound = address;
        if (ended || bound == null) {
            return Future.failedFuture(
                    new IllegalStateException("port " + port() + " can't be opened again: it was closed for good"));
        }
        if (open != null && open.isOpen()) {
            return Future.succeededFuture();
        }
        try {
            bindPort(bound);
            return Future.succeededFuture();
        } catch (Exception e) {
            return Future.failedFuture(e);
        }
    }

    private void bindPort(SocketAddress wanted) throws Exception {
        OpenPort port = new OpenPort(new ToVertx(), config.ofPort);
        port.listen(wanted, eventLoop());
        open = port;
    }

    private Future<Void> closePort() {
        OpenPort port = open;
        if (port == null) {
            return Future.succeededFuture();
        }
        Promise<Void> closed = Promise.promise();
        ChannelFuture unused = port.deregister();
        closeWhenLetGo(port, closed);
        return closed.future();
    }

    /**
     * Java would put off the closing until the selector has let go of the socket, at its next round, and the system would
     * let callers in meanwhile, only to reset them.
     */
    private void closeWhenLetGo(OpenPort port, Promise<Void> closed) {
        if (port.isHeldBySelector()) {
            ScheduledFuture<?> unused =
                    eventLoop().schedule(() -> closeWhenLetGo(port, closed), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        port.acceptWaiting();
        ChannelFuture unused = port.close();
        open = null;
        closed.complete();
    }

    @Override
    protected void doBind(SocketAddress wanted) throws Exception {
        bindPort(wanted);
        address = open == null ? null : open.localAddress();
    }

    @Override
    protected void doClose() {
        ended = true;
        if (open != null) {
            ChannelFuture unused = open.close();
        }
    }

    @Override
    protected void doBeginRead() {
        if (open != null) {
            open.config().setAutoRead(true);
        }
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return address;
    }

    @Override
    public boolean isOpen() {
        return !ended;
    }

    @Override
    public boolean isActive() {
        return !ended && address != null;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    /** Keeps what it doesn't know itself for every opening of the port. */
    private final class Config extends DefaultChannelConfig {
        final Map<ChannelOption<?>, Object> ofPort = new ConcurrentHashMap<>();

        Config() {
            super(FrontListener.this);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            if (!super.setOption(option, value)) {
                ofPort.put(option, value);
            }
            return true;
        }

        /** Netty rests for a second after a connection that could not be accepted, for want of file descriptors. */
        @Override
        protected void autoReadCleared() {
            if (open != null) {
                open.config().setAutoRead(false);
            }
        }
    }

    private final class ToVertx extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object accepted) {
            connections.add((Channel) accepted);
            pipeline().fireChannelRead(accepted);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            pipeline().fireChannelReadComplete();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            pipeline().fireExceptionCaught(cause);
        }
    }
}
