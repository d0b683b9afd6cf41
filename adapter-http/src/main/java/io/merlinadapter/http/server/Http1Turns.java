package io.merlinadapter.http.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Whose turn it is on an HTTP/1 connection. It decodes requests, one at a time: what a caller sends behind a request that
 * is not answered yet stays the bytes that it is, and is paid for. It refuses what is no HTTP/1.1, and closes behind the
 * last answer.
 *
 * <p>It takes the place of Vert.x's decoder, which makes requests of all that has come, whether or not anybody can answer
 * them yet: a megabyte of the shortest ones is some thirty megabytes of objects for one connection. <i>Delete when</i>
 * Vert.x stops decoding while a request waits to be answered. Event loop only.
 */
final class Http1Turns extends VertxHttpRequestDecoder {
    private static final String DECODER = "httpDecoder";
    private static final String ENCODER = "httpEncoder";
    /** A name and a value become texts and an entry of a map, at least; counted. */
    private static final int HEAP_PER_LINE = 160;

    private static final int HEAP_PER_BYTE = 2;
    /** A line of a head that does not end it has a character and a line break, at least. */
    private static final int LEAST_PER_LINE = 2;
    /** Trailers are read and forgotten. A chunk whose size comes apart from it counts as one. */
    private static final int MOST_TRAILERS = 100;
    /** A head of the usual size is part of the price of a connection: for want of so little none is closed. */
    static final int HELD_UNPAID = 4 * 1024;
    /** The decoder keeps room for the longest line that it has seen; so much is part of the price of a connection. */
    private static final int KEPT_UNPAID = 4 * 1024;

    /** An answer that any caller must be able to skip (RFC 9110, 15.2). */
    private static final String PROBE = "HTTP/1.1 100 Continue\r\n\r\n";

    private static final long PROBE_MILLIS = 500;

    private final Connection owner;
    private final ChannelPipeline pipeline;
    /** A request has begun, and has not come to its end. */
    private boolean receiving;
    /** A request waits for its answer, or for the end of it. */
    private boolean answering;

    private boolean installed;
    private boolean answerBegun;
    private boolean version10;
    /** What the beginning of a head, or of trailers, has become. */
    private int headHeap;

    /** Lines of the head, or of the trailers, so far. */
    private int lines;

    private int headBytes;

    private boolean broken;
    private boolean inputEnded;
    private boolean withoutRest;
    /** Vert.x says so to those who ask for it, and where it refuses an upgrade, after which it does not close. */
    private boolean saidClose;
    /** The last answer was given. */
    private boolean over;

    private Http1Turns(Connection owner, ChannelPipeline pipeline) {
        super(owner.gate().options());
        this.owner = owner;
        this.pipeline = pipeline;
    }

    /** To be called when Vert.x has set up its decoder, which has seen no whole request yet. */
    static Http1Turns install(Connection owner, ChannelPipeline pipeline) {
        Http1Turns turns = new Http1Turns(owner, pipeline);
        // What the other has seen goes to its successor.
        pipeline.replace(DECODER, DECODER, turns);
        turns.installed = true;
        pipeline.addAfter(ENCODER, null, turns.new Answers());
        return turns;
    }

    /** Whether somebody waits for something here. */
    boolean isBusy() {
        return receiving || answering;
    }

    /** Whether nothing that comes can be understood any more. */
    boolean isBroken() {
        return broken;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (broken || (over && !receiving)) {
            ReferenceCountUtil.release(message);
            return;
        }
        super.channelRead(context, message);
        if (installed && !context.isRemoved()) {
            account();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        if (!receiving && answering && actualReadableBytes() > 0) {
            // Not Netty's, which asks for more where no message has come of what there is.
            discardSomeReadBytes();
            context.fireChannelReadComplete();
        } else {
            super.channelReadComplete(context);
        }
    }

    /** Pays for what is left of what came: the beginning of a head, or whole requests that must wait. */
    private void account() {
        int waiting = receiving ? 0 : actualReadableBytes();
        if (isBusy() && waiting > 0) {
            owner.channel().config().setAutoRead(false);
        }
        boolean head = !isBusy() && headHeap + waiting > 0;
        if (owner.hold(Math.max(0, waiting + headHeap - (head ? HELD_UNPAID : 0)))) {
            owner.headUnfinished(head);
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!receiving && (answering || over)) {
            return;
        }
        int before = in.readableBytes();
        int known = out.size();
        if (receiving || !tooManyLines(in)) {
            super.decode(context, in, out);
        } else {
            in.skipBytes(before);
            HttpRequest refused = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
            refused.setDecoderResult(DecoderResult.failure(BadRequest.tooManyHeaders()));
            out.add(refused);
        }
        if (out.size() == known) {
            linesSeen(in, before - in.readableBytes());
        }
        for (int i = known; i < out.size() && !broken; i++) {
            decoded((HttpObject) out.get(i));
        }
        if (broken) {
            forgetRest(in, out, known);
        }
    }

    /** Whether the head that begins here, with what has been seen of it, has more lines than it may. */
    private boolean tooManyLines(ByteBuf in) {
        if (lines + in.readableBytes() / LEAST_PER_LINE < BadRequest.MOST_HEADERS) {
            return false;
        }
        int count = lines;
        int previous = in.readerIndex() - 1;
        for (int at = in.readerIndex(); at < in.writerIndex() && count <= BadRequest.MOST_HEADERS; at++) {
            if (in.getByte(at) == '\n') {
                boolean empty = at - previous <= 2 && count > 0;
                if (empty) {
                    return false;
                }
                previous = at;
                count++;
            }
        }
        return count > BadRequest.MOST_HEADERS;
    }

    /** Netty makes nothing whole of a part of a head, or of trailers; nor of the size of a chunk, which is one line. */
    private void linesSeen(ByteBuf in, int bytes) {
        int start = in.readerIndex() - bytes;
        for (int at = start; at < start + bytes; at++) {
            if (in.getByte(at) == '\n') {
                headHeap += HEAP_PER_LINE;
                lines++;
            }
        }
        headHeap += HEAP_PER_BYTE * bytes;
        headBytes += receiving ? 0 : bytes;
        if (receiving && lines > MOST_TRAILERS) {
            broken = true;
            pipeline.channel().eventLoop().execute(() -> bodyIsBad(BadRequest.tooManyTrailers()));
        }
    }

    private void decoded(HttpObject object) {
        if (headHeap > 0 && object.decoderResult().isSuccess()) {
            forgetLines(object instanceof HttpRequest);
        }
        if (object instanceof HttpRequest request) {
            answering = true;
            answerBegun = false;
            receiving = true;
            version10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
            BadRequest fault = BadRequest.in(request);
            if (fault != null) {
                request.setDecoderResult(DecoderResult.failure(fault));
            }
            broken = request.decoderResult().isFailure();
        } else if (object instanceof HttpContent content
                && content.decoderResult().isFailure()) {
            broken = true;
        }
        if (object instanceof LastHttpContent) {
            receiving = false;
            if (!answering) {
                turnIsOver();
            }
        }
    }

    private void forgetLines(boolean ofHead) {
        if (ofHead && headBytes > KEPT_UNPAID) {
            owner.keep(headBytes);
        }
        headHeap = 0;
        headBytes = 0;
        lines = 0;
    }

    /** Leaves the request itself to be answered, if it is that which can't be understood. */
    private void forgetRest(ByteBuf in, List<Object> out, int known) {
        in.skipBytes(in.readableBytes());
        while (out.size() > known && !(out.get(out.size() - 1) instanceof HttpRequest)) {
            HttpObject dropped = (HttpObject) out.remove(out.size() - 1);
            Throwable cause = dropped.decoderResult().cause();
            ReferenceCountUtil.release(dropped);
            if (cause != null) {
                pipeline.channel().eventLoop().execute(() -> bodyIsBad(cause));
            }
        }
    }

    private void bodyIsBad(Throwable cause) {
        if (answering) {
            owner.bodyIsBad(cause instanceof BadRequest known ? known : BadRequest.inBody(cause));
        } else {
            owner.closeGently();
        }
    }

    /** The answer need not wait for the rest of its request, which may not come. */
    void skipRest() {
        withoutRest = true;
    }

    /** No more requests are begun; closes if none has. */
    void leaveIfIdle() {
        if (!isBusy() && headHeap + actualReadableBytes() == 0) {
            owner.close();
        }
    }

    /** The caller has closed its sending side. */
    void inputEnded() {
        inputEnded = true;
        if (receiving && !broken) {
            owner.cut();
        } else {
            probe();
            next();
        }
    }

    /** Tells a caller who has only ceased to send from one who is gone: the system answers this for the latter. */
    private void probe() {
        ChannelHandlerContext first = pipeline.firstContext();
        if (!answering || answerBegun || version10 || first == null) {
            return;
        }
        first.writeAndFlush(Unpooled.copiedBuffer(PROBE, StandardCharsets.US_ASCII))
                .addListener(sent -> {
                    if (sent.isSuccess()) {
                        ScheduledFuture<?> unused = pipeline.channel()
                                .eventLoop()
                                .schedule(this::probe, PROBE_MILLIS, TimeUnit.MILLISECONDS);
                    } else {
                        owner.cut();
                    }
                });
    }

    private void answered() {
        answering = false;
        if (!receiving || broken || withoutRest) {
            turnIsOver();
        }
        owner.answered();
    }

    private void turnIsOver() {
        // One who was not told may have sent the next request already.
        over = broken || withoutRest || saidClose || owner.closesWhenIdle();
        if (!broken && !withoutRest) {
            owner.turnIsOver();
        }
        if (over || inputEnded || actualReadableBytes() > 0) {
            // Vert.x does not know yet that it has answered.
            pipeline.channel().eventLoop().execute(this::next);
        }
    }

    /** Takes what has waited, or closes if that is not wanted. */
    private void next() {
        ChannelHandlerContext context = pipeline.context(this);
        if (answering || context == null) {
            return;
        }
        if (broken || withoutRest) {
            broken = true;
            owner.closeGently();
        } else if (!receiving && over) {
            closeBehindLast();
        } else if (!receiving) {
            decodeWaiting(context);
        }
    }

    private void closeBehindLast() {
        if (actualReadableBytes() > 0) {
            broken = true;
            owner.closeGently();
        } else {
            owner.close();
        }
    }

    private void decodeWaiting(ChannelHandlerContext context) {
        owner.channel().config().setAutoRead(true);
        try {
            channelRead(context, Unpooled.EMPTY_BUFFER);
            context.pipeline().fireChannelReadComplete();
        } catch (Exception e) {
            context.fireExceptionCaught(e);
        }
        if (inputEnded && !isBusy()) {
            // What is left is no request, and never will be.
            owner.close();
        }
    }

    /** Sees the answers on their way to the encoder. */
    private final class Answers extends ChannelOutboundHandlerAdapter {
        private boolean isInterim;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            if (message instanceof HttpResponse response) {
                begin(response);
                if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                    context.pipeline().addAfter(context.name(), null, new Http2Frames(owner, 0));
                    owner.upgraded();
                }
            }
            ChannelFuture unused = context.write(message, promise);
            if (message instanceof LastHttpContent && !isInterim) {
                answered();
            }
        }

        private void begin(HttpResponse response) {
            isInterim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            answerBegun |= !isInterim;
            if (!isInterim && (owner.isLeaving() || broken || withoutRest)) {
                response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
            }
            saidClose |= response.headers().contains(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        }
    }
}
