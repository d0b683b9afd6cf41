package io.merlinadapter.http.server;

import io.merlinadapter.memory.MemoryBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xOrH2CHandler;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.http.impl.Http2ServerConnection;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.net.impl.VertxHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, from the moment it was accepted, at the head of its pipeline: before Vert.x. It knows what the caller
 * speaks and whether it waits for an answer, pays for what is half received, and decides when it closes. What it holds is
 * given back when its channel closes, whatever Vert.x makes of that.
 *
 * <p>A caller may close its sending side once its requests are complete: they are answered, and the connection is closed
 * behind the last answer. Only one who does so in the middle of a request, or resets the connection, has left. One who has
 * closed all of its socket looks the same until something is written to it. So something is, twice a second: a PING, or
 * over HTTP/1.1 a {@code 100 Continue}; where the system then resets the connection, the caller has left, and the program
 * hears of it. Over HTTP/1.0 there is nothing that could be written, and the answer comes for nobody.
 *
 * <p>Event loop only, unless it says otherwise.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final AttributeKey<Connection> OF_CHANNEL = AttributeKey.valueOf(Connection.class, "connection");
    /** As Vert.x calls it. */
    private static final String SOCKET = "handler";

    private static final byte[] PREFACE = Http1xOrH2CHandler.HTTP_2_PREFACE.getBytes(StandardCharsets.US_ASCII);
    /** For the head of a request from its first byte on, and for the beginning of an HTTP/2 connection. */
    private static final long HEAD_SECONDS = 10;
    /** Time for a caller to read what was said last, before the bytes that it has sent in vain reset the connection. */
    private static final long LINGER_MILLIS = 1_000;
    /** What has no Vert.x request yet can't be answered through Vert.x. */
    private static final byte[] LATE_HEAD = """
            HTTP/1.1 408 Request Timeout\r
            connection: close\r
            content-type: application/json; charset=UTF-8\r
            content-length: 66\r
            \r
            {"error":"the request headers were not complete after 10 seconds"}""".getBytes(StandardCharsets.US_ASCII);

    private static final long NEXT_ROUND_MILLIS = 1;
    /**
     * What a round of the event loop reads of one connection. Netty would read 1 MiB: chunks of one byte in that take it
     * half a second, and the others wait.
     */
    private static final int MOST_READ = 16 * 1024;

    private static final int FIRST_READ = 2 * 1024;
    private static final int LEAST_READ = 64;
    private static final long BUSY = Long.MIN_VALUE;

    private final AcceptGate gate;
    private final SocketChannel channel;
    /** Since when nobody waits for anything here, or {@link #BUSY}. */
    private volatile long idleSince = AcceptGate.now();

    private boolean newcomer = true;
    private int prefaceSeen;
    private @Nullable Http1Turns http1;
    private boolean isHttp2;
    private @Nullable Http2Farewell http2;
    private @Nullable ServerLoop loop;
    /** The one that is not answered yet; over HTTP/1. */
    private @Nullable HttpServerRequest request;

    private int held;
    private int heldByPrice;
    private int kept;
    /** Reasons to read nothing now. */
    private int stops;

    /** Until when nothing is read because too many were refused. */
    private @Nullable Runnable afterTurn;

    private volatile boolean served;
    private boolean headUnfinished;
    private volatile long headSince;
    private @Nullable ScheduledFuture<?> headTimer;
    private volatile boolean leaving;
    private @Nullable Duration timeToLeave;
    private boolean closesWhenIdle;
    private boolean closing;

    /** Any thread; to be called before the channel has an event loop. */
    Connection(AcceptGate gate, SocketChannel channel) {
        this.gate = gate;
        this.channel = channel;
        channel.attr(OF_CHANNEL).set(this);
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.config()
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, MOST_READ).maxMessagesPerRead(1));
        channel.pipeline().addFirst(this);
        channel.closeFuture().addListener(closed -> {
            entered();
            giveBack();
        });
    }

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        ScheduledFuture<?> unused =
                context.executor().schedule(this::entered, AcceptGate.ENTERING_MILLIS, TimeUnit.MILLISECONDS);
        context.fireChannelRegistered();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.fireChannelActive();
        shrinkSocket(context.pipeline());
    }

    /**
     * Vert.x makes a whole socket of a connection, and drops it as soon as it knows what the caller speaks. The queue in it,
     * for what other threads write, takes 5 KB: until then a connection without one takes its place. <i>Delete when</i> Vert.x
     * makes no such socket.
     */
    private static void shrinkSocket(ChannelPipeline pipeline) {
        VertxHandler<?> socket = pipeline.get(VertxHandler.class);
        if (socket != null) {
            ContextInternal context = socket.getConnection().context();
            pipeline.replace(socket, SOCKET, VertxHandler.create(here -> new VertxConnection(context, here, true)));
        }
    }

    /** The event loop has had time for what it has sent first. */
    private void entered() {
        if (newcomer) {
            newcomer = false;
            gate.entered();
        }
    }

    static Connection of(HttpConnection connection) {
        return ((ConnectionBase) connection).channel().attr(OF_CHANNEL).get();
    }

    SocketChannel channel() {
        return channel;
    }

    /** For how long nobody has waited for anything here; negative if somebody does. Any thread. */
    long idleNanos(long now) {
        long since = idleSince;
        return since == BUSY ? -1 : now - since;
    }

    /** Whether somebody waits for an answer. Any thread, if only roughly. */
    boolean isServing() {
        Http2Farewell second = http2;
        return second != null && second.isBusy();
    }

    /** Whether a request has ever come here. Any thread. */
    boolean hasServed() {
        return served;
    }

    /** Makes room for another caller, if nobody waits here. Any thread. */
    void goIfIdle() {
        // What has come by now is read first, which takes the loop one round.
        ScheduledFuture<?> unused =
                channel.eventLoop().schedule(this::cutIfIdle, NEXT_ROUND_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void cutIfIdle() {
        if (idleSince != BUSY) {
            cut();
        }
    }

    /** Closes now, whatever is written and not sent. Any thread. */
    void cut() {
        ChannelHandlerContext first = channel.pipeline().firstContext();
        ChannelFuture unused = first == null ? channel.close() : first.close();
    }

    /** Called when the request under way has come and is answered, or will never be. */
    void afterTurn(Runnable then) {
        if (closing && !channel.isOpen()) {
            then.run();
        } else {
            afterTurn = then;
        }
    }

    /** The request under way has come, and is answered. */
    void turnIsOver() {
        Runnable then = afterTurn;
        afterTurn = null;
        if (then != null) {
            then.run();
        }
    }

    /** Pays for as much, besides, for as long as the connection is open: what the decoder keeps of its largest head. */
    void keep(int bytes) {
        if (closing || bytes <= kept) {
            return;
        }
        if (gate.budget().tryReserve(bytes - kept)) {
            heldByPrice += bytes - kept;
            kept = bytes;
        } else {
            cut();
        }
    }

    private void giveBack() {
        turnIsOver();
        stopHeadTimer();
        closing = true;
        gate.budget().release(held + (long) heldByPrice);
        held = 0;
        heldByPrice = 0;
    }

    // What comes.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isHttp2 || http1 != null) {
            context.fireChannelRead(message);
        } else {
            begin(context, (ByteBuf) message);
        }
    }

    /** Finds out what the caller speaks, as Vert.x does behind this. */
    private void begin(ChannelHandlerContext context, ByteBuf bytes) {
        int start = bytes.readerIndex();
        int same = 0;
        int most = Math.min(bytes.readableBytes(), PREFACE.length - prefaceSeen);
        while (same < most && bytes.getByte(start + same) == PREFACE[prefaceSeen + same]) {
            same++;
        }
        if (prefaceSeen + same == PREFACE.length) {
            if (speaksHttp2()) {
                context.pipeline().addAfter(context.name(), null, new Http2Frames(this, prefaceSeen));
                context.fireChannelRead(bytes);
                settle();
            } else {
                ReferenceCountUtil.release(bytes);
            }
        } else if (same == most) {
            prefaceSeen += same;
            headUnfinished(true);
            context.fireChannelRead(bytes);
        } else {
            // The first byte that is no preface makes Vert.x set up HTTP/1; the rest meets our decoder in the place of
            // its own.
            context.fireChannelRead(bytes.readRetainedSlice(same + 1));
            http1 = Http1Turns.install(this, context.pipeline());
            context.fireChannelRead(bytes);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (headUnfinished && headTimer == null && !closing) {
            headTimer = context.executor().schedule(this::headIsLate, HEAD_SECONDS, TimeUnit.SECONDS);
        }
        context.fireChannelReadComplete();
    }

    /**
     * Pays for what is half received, instead of what it paid for before. If there is no memory for it, the connection is
     * closed.
     *
     * @return whether it could
     */
    boolean hold(int bytes) {
        int more = bytes - held;
        if (more == 0 || closing) {
            return !closing;
        }
        if (more > 0 && !gate.budget().tryReserve(more)) {
            gate.closeSlowHeads();
            if (!gate.budget().tryReserve(more)) {
                return restForMemory(more);
            }
        }
        if (more < 0) {
            gate.budget().release(-more);
        }
        held = bytes;
        return true;
    }

    /**
     * Stops reading until there is memory, on a connection where somebody waits for an answer; closes any other, and where
     * too many rest already: what they have half received is not paid for.
     */
    private boolean restForMemory(int bytes) {
        boolean rests = http2 != null && http2.isBusy() && bytes <= MemoryBudget.SMALL && gate.mayRest();
        if (!rests) {
            LOG.debug("no memory for what a caller has half sent: {}", channel);
            cut();
            return false;
        }
        stopReading();
        gate.budget().claim(new MemoryBudget.Claim(bytes, 0) {
            @Override
            protected void granted() {
                gate.budget().release(bytes);
                refused();
            }

            @Override
            protected void refused() {
                gate.rested();
                channel.eventLoop().execute(Connection.this::readOn);
            }
        });
        return true;
    }

    /** Reads nothing more until {@link #readOn} has been called as often. */
    void stopReading() {
        if (stops++ == 0) {
            channel.config().setAutoRead(false);
        }
    }

    /** Whether anything is read now. */
    boolean reads() {
        return stops == 0;
    }

    void readOn() {
        if (--stops == 0) {
            channel.config().setAutoRead(true);
        }
    }

    /** Since when the head of a request, or the beginning of a connection, has not ended; 0 if none has begun. Any thread. */
    long headSince() {
        return headSince;
    }

    /** Whether the head of a request has begun, and not ended. */
    void headUnfinished(boolean unfinished) {
        headUnfinished = unfinished;
        headSince = !unfinished ? 0 : headSince == 0 ? AcceptGate.now() : headSince;
        if (!unfinished) {
            stopHeadTimer();
        }
        settle();
    }

    private void stopHeadTimer() {
        if (headTimer != null) {
            headTimer.cancel(false);
            headTimer = null;
        }
    }

    private void headIsLate() {
        LOG.debug("the head of a request was not complete in time: {}", channel);
        ChannelHandlerContext first = channel.pipeline().firstContext();
        if (http1 == null || first == null) {
            cut();
        } else {
            closing = true;
            first.writeAndFlush(Unpooled.wrappedBuffer(LATE_HEAD)).addListener(ChannelFutureListener.CLOSE);
        }
    }

    /** Whether anybody waits here may have changed. */
    void settle() {
        boolean busy = headUnfinished
                || held > 0
                || (http1 != null && http1.isBusy())
                || (http2 != null && http2.isBusy())
                || (isHttp2 && http2 == null);
        if (busy) {
            idleSince = BUSY;
        } else if (idleSince == BUSY) {
            idleSince = AcceptGate.now();
        }
    }

    // What it is to Vert.x.

    /** It speaks HTTP/1, and its first request is about to come, or its first HTTP/2 settings have come. */
    void connected(HttpConnection connection, ServerLoop on) {
        loop = on;
        connection.exceptionHandler(cause -> LOG.debug("a connection failed", cause));
        if (connection instanceof Http2ServerConnection) {
            if (!isHttp2 && !speaksHttp2()) {
                return;
            }
            http2 = new Http2Farewell(this, connection);
            headUnfinished(false);
            if (timeToLeave != null) {
                http2.say(timeToLeave);
            }
        }
    }

    /** A request has come. */
    void requested(HttpServerRequest begun) {
        served = true;
        if (http1 != null) {
            request = begun;
        }
    }

    /** The request under way is answered: what it was is not kept until the next one comes, if one ever does. */
    void answered() {
        request = null;
        settle();
    }

    /** Nothing that comes on this connection can be understood any more, beginning with the request's body. */
    void bodyIsBad(BadRequest why) {
        HttpServerRequest bad = request;
        if (bad == null) {
            closeGently();
            return;
        }
        ((Http1xServerConnection) bad.connection()).handleException(why);
        if (bad.response().headWritten()) {
            closeGently();
        } else if (!bad.response().ended()) {
            Answers.error(bad, why.status(), String.valueOf(why.getMessage()));
        }
    }

    private boolean speaksHttp2() {
        isHttp2 = true;
        if (!gate.budget().tryReserve(AcceptGate.PRICE_OF_HTTP2)) {
            cut();
            return false;
        }
        heldByPrice += AcceptGate.PRICE_OF_HTTP2;
        headUnfinished = true;
        headSince = AcceptGate.now();
        return true;
    }

    /** The caller asked to go on in HTTP/2, and was allowed to. */
    void upgraded() {
        if (speaksHttp2()) {
            settle();
        }
    }

    AcceptGate gate() {
        return gate;
    }

    // How it ends.

    /** Whether the answer that is under way, or the next, is the last one; over HTTP/1. */
    boolean isLeaving() {
        return leaving || (loop != null && loop.isLeaving());
    }

    /** Makes the answer that is under way the last one, if this is HTTP/1. */
    void endAfterAnswer() {
        leaving = true;
    }

    /** As {@link #endAfterAnswer}, for a request whose body will not come. */
    void endAfterAnswerWithoutBody() {
        leaving = true;
        if (http1 != null) {
            http1.skipRest();
        }
    }

    /**
     * The port has closed: ends when everything that has begun is answered. Over HTTP/1 nothing can be said to a caller who
     * waits for no answer, and whose next request may be on its way. Any thread.
     *
     * @param within after this long an HTTP/2 connection is closed with the streams that are left
     * @param forGood whether that request would not be answered anyway, so that idle connections end at once
     */
    void leave(Duration within, boolean forGood) {
        leaving = true;
        channel.eventLoop().execute(() -> {
            timeToLeave = within;
            if (http2 != null) {
                http2.say(within);
            } else if (forGood) {
                // What the caller sent before the port closed is read first, which takes the loop one round.
                ScheduledFuture<?> unused =
                        channel.eventLoop().schedule(this::closeIfIdle, NEXT_ROUND_MILLIS, TimeUnit.MILLISECONDS);
            }
        });
    }

    /** Whether no further request would be answered here. */
    boolean closesWhenIdle() {
        return closesWhenIdle;
    }

    private void closeIfIdle() {
        closesWhenIdle = true;
        if (http1 != null) {
            http1.leaveIfIdle();
        } else if (!isHttp2) {
            cut();
        }
    }

    /** Closes behind what is written. */
    void close() {
        closing = true;
        ChannelFuture unused = channel.close();
    }

    /**
     * As {@link #close}, while the caller may still be sending: closing with bytes unread would make the operating system
     * reset the connection, and take what is written along.
     */
    void closeGently() {
        if (closing) {
            return;
        }
        closing = true;
        channel.config().setAutoRead(true);
        ChannelFuture written = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
        ScheduledFuture<?> cut = channel.eventLoop().schedule(this::cut, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> cut.cancel(false));
        written.addListener(sent -> {
            ChannelFuture unused = channel.shutdownOutput();
        });
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        } else if (event != ChannelInputShutdownReadComplete.INSTANCE) {
            context.fireUserEventTriggered(event);
        }
    }

    /** The caller has closed its sending side. Netty's decoders would forget what they have. */
    private void inputEnded() {
        if (http2 != null) {
            http2.inputEnded();
        } else if (http1 != null && !closing) {
            http1.inputEnded();
        } else {
            cut();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        boolean ofOneStream = cause instanceof Http2Exception fault && Http2Exception.isStreamError(fault);
        if (ofOneStream || (http1 != null && http1.isBroken())) {
            // Has been dealt with.
            LOG.debug("a fault of one request", cause);
        } else if (cause instanceof IOException) {
            LOG.debug("the caller has gone", cause);
            cut();
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}
