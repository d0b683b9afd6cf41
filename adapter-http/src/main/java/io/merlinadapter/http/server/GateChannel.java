package io.merlinadapter.http.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that lets in whom its {@link AcceptGate} has a place for; the others wait in the system's queue. It
 * belongs to the event loop that accepts.
 */
final class GateChannel extends NioServerSocketChannel {
    private static final Logger LOG = LoggerFactory.getLogger(GateChannel.class);
    /** When there is no place, and none becomes free before. */
    private static final long LOOK_AGAIN_MILLIS = 100;

    private static final long NEXT_ROUND_MILLIS = 1;

    private final AcceptGate gate;
    private boolean leaving;

    GateChannel(AcceptGate gate) {
        this.gate = gate;
        gate.listensOn(this);
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        if ((!leaving && gate.isCrowded()) || !gate.takePlace()) {
            rest();
            return 0;
        }
        int count = 0;
        try {
            count = super.doReadMessages(accepted);
        } catch (IOException e) {
            // For want of file descriptors, say. Netty would log it with its stack, once a second.
            gate.cannotAccept(e);
            rest();
        } finally {
            if (count > 0) {
                gate.enter((SocketChannel) accepted.get(accepted.size() - 1));
            } else {
                gate.leavePlace();
            }
        }
        return count;
    }

    private void rest() {
        if (!leaving && config().isAutoRead()) {
            config().setAutoRead(false);
            ScheduledFuture<?> unused =
                    eventLoop().schedule(this::acceptAgain, LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void acceptAgain() {
        if (!leaving && isOpen()) {
            config().setAutoRead(true);
        }
    }

    /** There may be a place. Any thread. */
    void mayAccept() {
        if (isRegistered() && !config().isAutoRead()) {
            try {
                eventLoop().execute(this::acceptAgain);
            } catch (RejectedExecutionException e) {
                LOG.trace("closed with its loop", e);
            }
        }
    }

    /**
     * Stops listening. Connections that the system has accepted on our behalf are let in first: it would reset them, and
     * their callers may have sent a request. Any thread.
     *
     * @return completes when connects are refused
     */
    Future<Void> leave() {
        Promise<Void> closed = Promise.promise();
        if (!isRegistered()) {
            ChannelFuture unused = close();
            return Future.succeededFuture();
        }
        eventLoop().execute(() -> {
            leaving = true;
            ChannelFuture unused = deregister();
            closeWhenLetGo(closed);
        });
        return closed.future();
    }

    /**
     * Java would put off the closing until the selector has let go of the socket, at its next round, and the system would
     * let callers in meanwhile, only to reset them.
     */
    private void closeWhenLetGo(Promise<Void> closed) {
        if (javaChannel().isRegistered()) {
            ScheduledFuture<?> unused =
                    eventLoop().schedule(() -> closeWhenLetGo(closed), NEXT_ROUND_MILLIS, TimeUnit.MILLISECONDS);
            return;
        }
        acceptWaiting();
        ChannelFuture unused = close();
        closed.complete();
    }

    private void acceptWaiting() {
        List<Object> waiting = new ArrayList<>();
        try {
            while (waiting.size() < config().getBacklog() && doReadMessages(waiting) > 0) {
                LOG.trace("one more before the port closes");
            }
        } catch (Exception e) {
            LOG.debug("the last connections could not be accepted", e);
        }
        waiting.forEach(pipeline()::fireChannelRead);
    }
}
