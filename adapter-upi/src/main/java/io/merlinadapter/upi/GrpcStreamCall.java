package io.merlinadapter.upi;

import io.merlinadapter.http.exchange.BodyEncoding;
import io.merlinadapter.http.exchange.Exchanges;
import io.merlinadapter.http.exchange.Refusal;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.grpc.common.GrpcHeaderNames;
import io.vertx.grpc.common.GrpcStatus;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call of a service that steers, over an HTTP/2 stream: it may last for as long as the connection does. What the caller
 * does not read stops us from reading. Belongs to its connection's event exchanges.
 */
final class GrpcStreamCall implements GrpcCall {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcStreamCall.class);
    private static final long NO_ERROR = 0;
    private static final long CANCEL = 8;
    /** What a caller may have waiting for it to read; Vert.x would take ten times as much before it says that it is full. */
    private static final int MOST_UNSENT = 16 * 1024;

    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private final Exchanges exchanges;
    private final HttpServerRequest request;
    private final Consumer<GrpcStreamCall> ended;
    private final @Nullable BodyEncoding encoding;
    private final GrpcDeframer deframer;
    private @Nullable Listener listener;
    private boolean receivedAll;
    private boolean heldUp;
    /** Bytes of answers that are still here. */
    private long unsent;

    private long timer = -1;
    private long patience = -1;
    private long unfinished = -1;
    private boolean over;

    /** @param ended called when there is nothing left of it */
    GrpcStreamCall(Exchanges exchanges, HttpServerRequest request, Consumer<GrpcStreamCall> ended) {
        this.exchanges = exchanges;
        this.request = request;
        this.ended = ended;
        this.encoding = BodyEncoding.of(request.getHeader(GrpcHeaderNames.GRPC_ENCODING));
        this.deframer =
                new GrpcDeframer(exchanges.services().budget(), encoding == null ? BodyEncoding.IDENTITY : encoding);
    }

    /** Has the method serve the call. */
    void begin(Method method) {
        request.exceptionHandler(this::callerGone);
        request.response().exceptionHandler(this::callerGone);
        if (encoding == null) {
            end(GrpcStatus.UNIMPLEMENTED, "this grpc-encoding is not known (expected: gzip, deflate or identity)");
            return;
        }
        guarded(() -> {
            startDeadline();
            Listener begun = method.begin(this);
            if (over) {
                begun.over();
                return;
            }
            listener = begun;
            request.handler(data -> guarded(() -> {
                if (!over) {
                    deframer.add(data);
                    takeOn(begun);
                }
            }));
            request.endHandler(v -> guarded(() -> {
                receivedAll = true;
                takeOn(begun);
            }));
            takeOn(begun);
        });
    }

    private void startDeadline() {
        String header = request.getHeader(GrpcHeaderNames.GRPC_TIMEOUT);
        if (header != null) {
            Duration allowed = GrpcText.timeout(header, FOR_EVER);
            long millis = Deadline.after(exchanges.now(), allowed).remainingMillis(exchanges.now());
            timer = exchanges
                    .vertx()
                    .setTimer(millis, id -> end(GrpcStatus.DEADLINE_EXCEEDED, "the call's deadline has passed"));
        }
    }

    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (PredictException e) {
            Refusal refusal = Refusal.of(e);
            end(GrpcErrors.status(refusal), refusal.message());
        } catch (RuntimeException e) {
            LOG.error("a gRPC service failed", e);
            end(GrpcStatus.INTERNAL, "internal error of the adapter; its log has the reason");
        }
    }

    /** Goes on with what has come, message by message, for as long as what they are answered with can be sent. */
    private void takeOn(Listener to) {
        boolean waits = mustWait(to);
        byte[] message = over || waits ? null : deframer.next();
        while (message != null) {
            to.message(message);
            waits = mustWait(to);
            message = over || waits ? null : deframer.next();
        }
        if (over) {
            return;
        }
        watchMessage(!waits && deframer.hasMore());
        if (waits) {
            hold();
            return;
        }
        letGo();
        if (receivedAll && deframer.hasMore()) {
            end(GrpcStatus.INVALID_ARGUMENT, "the last message breaks off");
        } else if (receivedAll) {
            to.halfClosed();
        }
    }

    /** A message that has begun has to end: the call may last, but what has come of it is held. */
    private void watchMessage(boolean begun) {
        if (begun && unfinished < 0) {
            unfinished =
                    inTime(() -> end(GrpcStatus.DEADLINE_EXCEEDED, "the rest of the message did not come in time"));
        } else if (!begun && unfinished >= 0) {
            exchanges.vertx().cancelTimer(unfinished);
            unfinished = -1;
        }
    }

    private long inTime(Runnable late) {
        long millis = Math.max(1, exchanges.settings().requestTimeout().toMillis());
        return exchanges.vertx().setTimer(millis, id -> late.run());
    }

    private boolean mustWait(Listener to) {
        return unsent > MOST_UNSENT || to.isBusy();
    }

    private void hold() {
        if (!heldUp) {
            heldUp = true;
            if (!request.isEnded()) {
                request.pause();
            }
            // Who doesn't read would hold what is paid for on its behalf for ever.
            patience = inTime(this::cut);
        }
    }

    private void letGo() {
        if (heldUp) {
            heldUp = false;
            exchanges.vertx().cancelTimer(patience);
            if (!receivedAll) {
                request.resume();
            }
        }
    }

    @Override
    public void proceed() {
        Listener to = listener;
        if (!over && heldUp && to != null && !mustWait(to)) {
            letGo();
            guarded(() -> takeOn(to));
        }
    }

    private void cut() {
        if (!over) {
            LOG.debug("a caller did not read its answers in time");
            finish();
            request.response().reset(CANCEL);
        }
    }

    @Override
    public void send(byte[] message) {
        HttpServerResponse response = request.response();
        if (over || response.ended()) {
            return;
        }
        if (!response.headWritten()) {
            GrpcAnswers.begin(request);
        }
        int size = GrpcPrefix.LENGTH + message.length;
        MemoryBudget budget = exchanges.services().budget();
        if (!budget.tryReserve(size)) {
            end(GrpcStatus.RESOURCE_EXHAUSTED, "no memory for the answer (--memory-budget sets the limit)");
            return;
        }
        unsent += size;
        response.write(Buffer.buffer(GrpcPrefix.before(message))).onComplete(written -> {
            budget.release(size);
            unsent -= size;
            proceed();
        });
    }

    @Override
    public void end(GrpcStatus status, String message) {
        if (over) {
            return;
        }
        finish();
        GrpcAnswers.end(request, status, message).onComplete(written -> {
            if (!request.isEnded()) {
                // "No more, but no harm": the answer is complete, whatever the caller still had to say.
                request.response().reset(NO_ERROR);
            }
        });
    }

    private void callerGone(Throwable why) {
        LOG.debug("the caller has gone", why);
        if (!over) {
            finish();
        }
    }

    private void finish() {
        over = true;
        exchanges.vertx().cancelTimer(timer);
        exchanges.vertx().cancelTimer(patience);
        exchanges.vertx().cancelTimer(unfinished);
        deframer.close();
        if (listener != null) {
            listener.over();
        }
        ended.accept(this);
    }
}
