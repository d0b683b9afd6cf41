package io.merlinadapter.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.http.impl.Http2ServerConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x's public API can't do to a connection. */
public final class Connections {
    private static final long REFUSED_STREAM = 7;
    private static final long CANCEL = 8;

    private Connections() {}

    /**
     * Closes now. {@link HttpConnection#close()} first waits until everything written has been sent, which never
     * happens with a caller that doesn't read; closing from the handler's own place in the pipeline does not wait.
     */
    public static void cut(HttpConnection connection) {
        ChannelFuture unused =
                ((ConnectionBase) connection).channelHandlerContext().close();
    }

    /** Refuses a request over HTTP/2 in the way that tells its caller to repeat it. Event loop only. */
    public static void refuseStream(HttpServerRequest request) {
        request.response().reset(REFUSED_STREAM);
    }

    /** Ends a request whose answer is not read: its stream, or, over HTTP/1, its connection. Event loop only. */
    public static void abandon(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2 && !request.response().ended()) {
            request.response().reset(CANCEL);
        } else {
            cut(request.connection());
        }
    }

    /** Whether the caller has not taken all of an earlier answer on the same HTTP/1 connection. Event loop only. */
    public static boolean hasUnsent(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            return false;
        }
        ChannelOutboundBuffer unsent =
                ((ConnectionBase) request.connection()).channel().unsafe().outboundBuffer();
        return unsent != null && unsent.totalPendingWriteBytes() > 0;
    }

    /** As {@link #cut(HttpConnection)}, for a connection of whatever protocol. Any thread. */
    static void cut(Channel connection) {
        ChannelHandlerContext beforeAllHandlers = connection.pipeline().firstContext();
        ChannelFuture unused = beforeAllHandlers == null ? connection.close() : beforeAllHandlers.close();
    }

    /** To be called before the first request, on the connection's event loop. */
    static void keepThroughFaultsOfStreams(HttpConnection connection) {
        ((ConnectionBase) connection).channelHandlerContext().pipeline().addFirst(StreamFaults.IGNORED);
    }

    static boolean isHttp2(HttpConnection connection) {
        return connection instanceof Http2ServerConnection;
    }

    /** Whether nothing has come that tells HTTP/1 from HTTP/2. To be called on the connection's event loop. */
    static boolean isSilent(Channel connection) {
        return connection.pipeline().get(Http1xOrH2CHandler.class) != null;
    }
}
