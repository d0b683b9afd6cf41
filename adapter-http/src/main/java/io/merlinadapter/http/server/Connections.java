package io.merlinadapter.http.server;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.http.impl.Http2ServerConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x's public API can't do to a connection. */
public final class Connections {
    private Connections() {}

    /**
     * Closes now. {@link HttpConnection#close()} first waits until everything written has been sent, which never
     * happens with a caller that doesn't read; closing from the handler's own place in the pipeline does not wait.
     */
    public static void cut(HttpConnection connection) {
        ChannelFuture unused =
                ((ConnectionBase) connection).channelHandlerContext().close();
    }

    /** As {@link #cut(HttpConnection)}, for a connection of whatever protocol. Any thread. */
    static void cut(Channel connection) {
        ChannelHandlerContext beforeAllHandlers = connection.pipeline().firstContext();
        ChannelFuture unused = beforeAllHandlers == null ? connection.close() : beforeAllHandlers.close();
    }

    /** To be called before the first request, on the connection's event loop. */
    static void keepThroughFaultsOfStreams(HttpConnection connection) {
        ChannelHandlerContext context = ((ConnectionBase) connection).channelHandlerContext();
        context.pipeline().addFirst(StreamFaults.IGNORED);
        Http2Streams.guard((Http2ConnectionHandler) context.handler());
    }

    static boolean isHttp2(HttpConnection connection) {
        return connection instanceof Http2ServerConnection;
    }

    /** Whether nothing has come that tells HTTP/1 from HTTP/2. To be called on the connection's event loop. */
    static boolean isSilent(Channel connection) {
        return connection.pipeline().get(Http1xOrH2CHandler.class) != null;
    }
}
