package io.merlinadapter.http.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends an HTTP/2 connection without losing a stream (RFC 9113, 6.8). A first GOAWAY asks the caller to begin nothing
 * more, and admits whatever it has begun; a PING tells when it has read that. A second GOAWAY then names the last stream,
 * and the connection closes behind it. <i>Delete when</i> Vert.x's shutdown does that: it sends a single GOAWAY. Streams that are
 * on their way by then would be lost; worse, Netty takes their DATA for a violation and closes the connection, with all
 * streams that were to be finished. Event loop only.
 */
final class Http2Farewell extends Http2ConnectionAdapter {
    private static final long NO_ERROR = 0;
    private static final long CANCEL = 8;
    private static final int WHATEVER_HAS_BEGUN = Integer.MAX_VALUE;
    /** For callers that don't answer a PING. */
    private static final long PATIENCE_MILLIS = 1_000;

    /** That are made up for by one, before the turn is over. */
    private static final int MOST_FLUSHES = 256;

    private static final long PROBE_MILLIS = 500;
    /** For callers who have closed their sending side, and with it the way to give us credit. */
    private static final Duration WITHOUT_CREDIT = Duration.ofHours(1);

    private final Connection owner;
    private final HttpConnection connection;
    private final ChannelHandlerContext context;
    private final Http2ConnectionHandler handler;
    private boolean said;

    /** To be made before the first stream. */
    Http2Farewell(Connection owner, HttpConnection connection) {
        this.owner = owner;
        this.connection = connection;
        this.context = ((ConnectionBase) connection).channelHandlerContext();
        this.handler = (Http2ConnectionHandler) context.handler();
        Http2Streams.guard(handler);
        handler.connection().addListener(this);
        // Behind Vert.x, which flushes twice for each answer: those that a turn of the loop makes leave in one write.
        context.pipeline().addLast(new FlushConsolidationHandler(MOST_FLUSHES, true));
    }

    boolean isBusy() {
        return handler.connection().numActiveStreams() > 0;
    }

    @Override
    public void onStreamActive(Http2Stream stream) {
        owner.settle();
    }

    @Override
    public void onStreamRemoved(Http2Stream stream) {
        owner.settle();
    }

    /** @param within after this long it is closed with the streams that are left */
    void say(Duration within) {
        if (said) {
            return;
        }
        said = true;
        connection.goAway(NO_ERROR, WHATEVER_HAS_BEGUN);
        Promise<Void> heard = Promise.promise();
        ScheduledFuture<?> timer =
                context.executor().schedule(() -> heard.tryComplete(), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        connection.ping(Buffer.buffer(new byte[Long.BYTES])).onComplete((pong, failure) -> heard.tryComplete());
        heard.future().onSuccess(v -> {
            timer.cancel(false);
            connection.goAway(NO_ERROR);
            connection.shutdown(within.toMillis(), TimeUnit.MILLISECONDS);
        });
    }

    /** The caller will send nothing more: what is complete is answered, the rest never will be complete. */
    void inputEnded() {
        said = true;
        connection.goAway(NO_ERROR);
        for (int id : incomplete()) {
            ChannelFuture unused = handler.encoder().writeRstStream(context, id, CANCEL, context.newPromise());
        }
        connection.shutdown(WITHOUT_CREDIT.toMillis(), TimeUnit.MILLISECONDS);
        probe();
    }

    /** Tells a caller who has only ceased to send from one who is gone: the system answers this for the latter. */
    private void probe() {
        ChannelFuture ping = handler.encoder().writePing(context, false, 0, context.newPromise());
        ping.addListener(sent -> {
            if (sent.isSuccess()) {
                ScheduledFuture<?> unused =
                        context.executor().schedule(this::probe, PROBE_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                owner.cut();
            }
        });
        context.flush();
    }

    private List<Integer> incomplete() {
        List<Integer> found = new ArrayList<>();
        try {
            handler.connection().forEachActiveStream(stream -> {
                if (stream.state().remoteSideOpen()) {
                    found.add(stream.id());
                }
                return true;
            });
        } catch (Http2Exception e) {
            throw new IllegalStateException("nothing in here throws it", e);
        }
        return found;
    }
}
