package io.merlinadapter.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.concurrent.ScheduledFuture;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * Pays for what Netty keeps of an HTTP/2 caller's bytes until it can hand them on: a frame that is not complete, and the
 * headers of a stream, which may come in many. Reads no more of the frames than their nine bytes of header.
 *
 * <p>It also shares out the event loop: a few bytes of HEADERS can make Netty unpack 64 KiB, so that one read of a socket
 * may cost a fifth of a second, and thousands of connections would keep everybody waiting. So a connection has a few
 * frames handled at a time, and the others have theirs before it goes on. Event loop only.
 */
final class Http2Frames extends ChannelDuplexHandler {
    private static final int HEADER = 9;
    private static final int TYPE = 3;
    private static final int FLAGS = 4;
    private static final int END_HEADERS = 4;
    /** What may be handled at a time, in frames that are as dear as a PING. */
    private static final int WORK = 256;

    private static final int WORK_OF_HEADERS = 32;

    private final Connection owner;
    private int prefaceLeft;
    private final byte[] header = new byte[HEADER];
    private int headerSeen;
    private int payloadLeft;
    private int payloadSeen;
    /** The bytes of headers whose end has not come. */
    private int block;

    private boolean inBlock;
    /** What this turn may still do. */
    private int work;
    /** What came and has to wait for its turn, in order. */
    private final Deque<ByteBuf> waiting = new ArrayDeque<>();

    private int waitingBytes;

    /** @param prefaceSeen how much of the connection's preface this will not see */
    Http2Frames(Connection owner, int prefaceSeen) {
        this.owner = owner;
        this.prefaceLeft = Http1xOrH2CHandler.HTTP_2_PREFACE.length() - prefaceSeen;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
        } else if (waiting.isEmpty()) {
            work = WORK;
            handle(context, bytes);
            if (!waiting.isEmpty()) {
                owner.stopReading();
                goOnLater(context);
            }
        } else {
            waiting.addLast(bytes);
            waitingBytes += bytes.readableBytes();
            owner.hold(block + payloadSeen + waitingBytes);
        }
    }

    private void handle(ChannelHandlerContext context, ByteBuf bytes) {
        boolean before = inBlock;
        int end = read(bytes);
        if (end < bytes.writerIndex()) {
            waiting.addFirst(bytes.retainedSlice(end, bytes.writerIndex() - end));
            waitingBytes += bytes.writerIndex() - end;
            bytes.writerIndex(end);
        }
        if (!owner.hold(block + payloadSeen + waitingBytes)) {
            bytes.release();
            return;
        }
        context.fireChannelRead(bytes);
        if (before || inBlock) {
            owner.headUnfinished(inBlock);
        } else {
            owner.settle();
        }
    }

    private void goOnLater(ChannelHandlerContext context) {
        // Not as a task, of which the loop carries out all before it reads again: a timer, of the next round.
        ScheduledFuture<?> unused = context.executor().schedule(() -> goOn(context), 0, TimeUnit.NANOSECONDS);
    }

    private void goOn(ChannelHandlerContext context) {
        work = WORK;
        ByteBuf next = waiting.poll();
        if (next == null) {
            return;
        }
        waitingBytes -= next.readableBytes();
        handle(context, next);
        context.fireChannelReadComplete();
        if (waiting.isEmpty()) {
            owner.readOn();
        } else {
            goOnLater(context);
        }
    }

    /** Netty's decoder asks for more whenever it has been given something, also where reading has been stopped. */
    @Override
    public void read(ChannelHandlerContext context) {
        if (owner.reads()) {
            context.read();
        }
    }

    /** The caller has gone: nobody needs what has not been handled. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        waiting.forEach(ByteBuf::release);
        waiting.clear();
        waitingBytes = 0;
    }

    /** @return where to stop for this turn */
    private int read(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        int preface = Math.min(prefaceLeft, end - at);
        prefaceLeft -= preface;
        at += preface;
        while (at < end && work > 0) {
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
        return at;
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
        work -= isHeaders() ? WORK_OF_HEADERS : 1;
        headerSeen = 0;
        payloadSeen = 0;
    }
}
