package io.merlinadapter.http;

import io.netty.channel.ChannelFuture;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/** What Vert.x's public API can't do to a connection. */
final class Connections {
    private Connections() {}

    /**
     * Closes now. {@link HttpConnection#close()} first waits until everything written has been sent, which never
     * happens with a caller that doesn't read; closing from the handler's own place in the pipeline does not wait.
     */
    static void cut(HttpConnection connection) {
        ChannelFuture unused =
                ((ConnectionBase) connection).channelHandlerContext().close();
    }
}
