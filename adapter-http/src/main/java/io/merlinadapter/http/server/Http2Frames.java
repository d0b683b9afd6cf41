package io.merlinadapter.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.Http1xOrH2CHandler;

/**
 * Pays for what Netty keeps of an HTTP/2 caller's bytes until it can hand them on: a frame that is not complete, and the
 * headers of a stream, which may come in many. Reads no more of the frames than their nine bytes of header. Event loop only.
 */
final class Http2Frames extends ChannelInboundHandlerAdapter {
    private static final int HEADER = 9;
    private static final int TYPE = 3;
    private static final int FLAGS = 4;
    private static final int END_HEADERS = 4;

    private final Connection owner;
    private int prefaceLeft;
    private final byte[] header = new byte[HEADER];
    private int headerSeen;
    private int payloadLeft;
    private int payloadSeen;
    /** The bytes of headers whose end has not come. */
    private int block;

    private boolean inBlock;

    /** @param prefaceSeen how much of the connection's preface this will not see */
    Http2Frames(Connection owner, int prefaceSeen) {
        this.owner = owner;
        this.prefaceLeft = Http1xOrH2CHandler.HTTP_2_PREFACE.length() - prefaceSeen;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            boolean before = inBlock;
            read(bytes);
            if (!owner.hold(block + payloadSeen)) {
                ReferenceCountUtil.release(message);
                return;
            }
            context.fireChannelRead(message);
            if (before || inBlock) {
                owner.headUnfinished(inBlock);
            } else {
                owner.settle();
            }
        } else {
            context.fireChannelRead(message);
        }
    }

    private void read(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        int preface = Math.min(prefaceLeft, end - at);
        prefaceLeft -= preface;
        at += preface;
        while (at < end) {
            if (headerSeen < HEADER) {
                header[headerSeen++] = bytes.getByte(at++);
                if (headerSeen == HEADER) {
                    begin();
                }
            } else {
                int count = Math.min(payloadLeft, end - at);
                payloadLeft -= count;
                payloadSeen += count;
                at += count;
            }
            if (headerSeen == HEADER && payloadLeft == 0) {
                end();
            }
        }
    }

    private boolean isHeaders() {
        return header[TYPE] == Http2FrameTypes.HEADERS || header[TYPE] == Http2FrameTypes.CONTINUATION;
    }

    private void begin() {
        payloadLeft = (header[0] & 0xff) << 16 | (header[1] & 0xff) << 8 | (header[2] & 0xff);
        inBlock |= isHeaders();
    }

    private void end() {
        if (isHeaders()) {
            inBlock = (header[FLAGS] & END_HEADERS) == 0;
            block = inBlock ? block + payloadSeen : 0;
        }
        headerSeen = 0;
        payloadSeen = 0;
    }
}
