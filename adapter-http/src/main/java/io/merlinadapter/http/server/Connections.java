package io.merlinadapter.http.server;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x's public API can't do to a connection, or to a stream of it. Event loop only. */
public final class Connections {
    private static final long REFUSED_STREAM = 7;
    private static final long CANCEL = 8;

    private Connections() {}

    /**
     * Closes now. {@link HttpConnection#close()} first waits until everything written has been sent, which never
     * happens with a caller that doesn't read; closing from the handler's own place in the pipeline does not wait.
     */
    public static void cut(HttpConnection connection) {
        Connection.of(connection).cut();
    }

    /** Says of a request over HTTP/2 that nothing was done for it, so that it may be sent again (RFC 9113, 8.7). */
    public static void refuseStream(HttpServerRequest request) {
        resetStream(request, REFUSED_STREAM);
    }

    /**
     * Ends the stream of a request over HTTP/2, even if its answer has been ended but waits for the caller's credit, in
     * which case Vert.x would do nothing. Writes that wait fail.
     */
    public static void resetStream(HttpServerRequest request, long code) {
        if (request.version() != HttpVersion.HTTP_2) {
            throw new IllegalArgumentException("HTTP/1 has no streams");
        }
        ChannelHandlerContext context = context(request);
        Http2ConnectionHandler handler = (Http2ConnectionHandler) context.handler();
        ChannelFuture unused =
                handler.encoder().writeRstStream(context, request.response().streamId(), code, context.newPromise());
        context.flush();
    }

    /**
     * Ends a request whose answer is not read: its stream alone, which gives back what it has of the connection's window;
     * or the connection, if nothing at all is read there.
     */
    public static void abandon(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2
                && context(request).channel().isWritable()) {
            resetStream(request, CANCEL);
        } else {
            cut(request.connection());
        }
    }

    /**
     * Has {@code then} called when a request over HTTP/1 has come to its end and is answered, or its connection has closed.
     */
    public static void afterTurn(HttpServerRequest request, Runnable then) {
        Connection.of(request.connection()).afterTurn(then);
    }

    /** Whether the caller has not taken all of an earlier answer on the same HTTP/1 connection. */
    public static boolean hasUnsent(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return false;
        }
        ChannelOutboundBuffer unsent = context(request).channel().unsafe().outboundBuffer();
        return unsent != null && unsent.totalPendingWriteBytes() > 0;
    }

    private static ChannelHandlerContext context(HttpServerRequest request) {
        return ((ConnectionBase) request.connection()).channelHandlerContext();
    }
}
