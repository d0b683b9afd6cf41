package io.merlinadapter.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2LifecycleManager;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the streams of one HTTP/2 connection end by a reset of ours: alone, whatever else is on its way for them (RFC 9113,
 * 5.1 and 8.1.1). It stands between Netty's encoder and decoder and the handler that carries out what they decide. Netty by
 * itself goes wrong there in three ways; docs/upstream.md has them, with what to send to see them.
 *
 * <ul>
 *   <li>A stream whose HEADERS it refuses (malformed, or one stream too many) it never knows, so that the DATA right behind
 *       them are a violation that ends the connection. Here the stream is opened first, then reset.
 *   <li>It answers each frame that was on its way when it reset the stream with one more reset. Here only the first counts.
 *   <li>It lets the stream live until the reset is written. If that fails, Vert.x comes upon a stream that it does not know,
 *       throws, and keeps the connection for ever. Here the stream ends at once, and a write that fails because the
 *       connection is gone is nothing to talk about.
 * </ul>
 *
 * <p><i>Delete when</i> Netty does this. Event loop only.
 */
final class Http2Streams extends Http2ConnectionAdapter implements Http2LifecycleManager {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Streams.class);
    /** Of how many streams, the newest, we remember that they were reset. */
    private static final int REMEMBERED = 4 * ServerOptions.MAX_STREAMS;

    private final Http2ConnectionHandler handler;
    private final Http2Connection connection;
    /** Whether the stream with this number was reset; a stream and its successor by {@link #REMEMBERED} share one. */
    private final long[] reset = new long[REMEMBERED / Long.SIZE + 1];

    private Http2Streams(Http2ConnectionHandler handler) {
        this.handler = handler;
        this.connection = handler.connection();
    }

    /** To be called before the first stream. */
    static void guard(Http2ConnectionHandler handler) {
        Http2Streams streams = new Http2Streams(handler);
        handler.connection().addListener(streams);
        handler.encoder().lifecycleManager(streams);
        handler.decoder().lifecycleManager(streams);
    }

    @Override
    public void onStreamAdded(Http2Stream stream) {
        int number = number(stream.id());
        reset[number / Long.SIZE] &= ~(1L << number);
    }

    @Override
    public ChannelFuture resetStream(ChannelHandlerContext context, int id, long code, ChannelPromise promise) {
        Http2Stream known = connection.stream(id);
        Http2Stream stream = known == null ? openRefused(id) : known;
        if (wasReset(id)) {
            return promise.setSuccess();
        }
        if (stream == null) {
            return handler.resetStream(context, id, code, promise);
        }
        int number = number(id);
        reset[number / Long.SIZE] |= 1L << number;
        stream.resetSent();
        ChannelFuture written = handler.encoder().frameWriter().writeRstStream(context, id, code, promise);
        handler.closeStream(stream, context.newSucceededFuture());
        return written;
    }

    /** A stream for an id whose HEADERS were refused, so that it has existed; null if it has, or can't exist. */
    private @Nullable Http2Stream openRefused(int id) {
        Http2Connection.Endpoint<?> caller = connection.remote();
        if (!caller.isValidStreamId(id) || connection.streamMayHaveExisted(id)) {
            return null;
        }
        int most = caller.maxActiveStreams();
        caller.maxActiveStreams(Integer.MAX_VALUE); // it may be refused for being one too many
        try {
            return caller.createStream(id, true);
        } catch (Http2Exception e) {
            LOG.debug("stream {} can't be opened to be reset", id, e);
            return null;
        } finally {
            caller.maxActiveStreams(most);
        }
    }

    private boolean wasReset(int id) {
        int number = number(id);
        return (reset[number / Long.SIZE] & 1L << number) != 0;
    }

    /** Those of callers are odd. */
    private static int number(int id) {
        return id / 2 % REMEMBERED;
    }

    @Override
    public void onError(ChannelHandlerContext context, boolean outbound, Throwable cause) {
        if (outbound && !context.channel().isActive()) {
            LOG.debug("the caller was gone before this could be written", cause);
        } else {
            handler.onError(context, outbound, cause);
        }
    }

    @Override
    public void closeStreamLocal(Http2Stream stream, ChannelFuture future) {
        handler.closeStreamLocal(stream, future);
    }

    @Override
    public void closeStreamRemote(Http2Stream stream, ChannelFuture future) {
        handler.closeStreamRemote(stream, future);
    }

    @Override
    public void closeStream(Http2Stream stream, ChannelFuture future) {
        handler.closeStream(stream, future);
    }

    @Override
    public ChannelFuture goAway(
            ChannelHandlerContext context, int last, long code, ByteBuf debugData, ChannelPromise promise) {
        return handler.goAway(context, last, code, debugData, promise);
    }
}
