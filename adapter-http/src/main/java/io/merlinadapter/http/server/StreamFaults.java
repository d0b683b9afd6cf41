package io.merlinadapter.http.server;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2Exception;

/**
 * Keeps what befalls one stream of HTTP/2 from ending its connection.
 *
 * <p>When a caller resets a stream whose trailers wait to be sent, writing them fails. Netty has dealt with that by then, but
 * Vert.x writes trailers without a promise of their own; so the failure is told to the connection, which Vert.x closes, with
 * the calls of everybody else on it.
 */
@ChannelHandler.Sharable
final class StreamFaults extends ChannelInboundHandlerAdapter {
    static final StreamFaults IGNORED = new StreamFaults();

    private StreamFaults() {}

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean ofOneStream = cause instanceof Http2Exception fault && Http2Exception.isStreamError(fault);
        if (!ofOneStream) {
            context.fireExceptionCaught(cause);
        }
    }
}
