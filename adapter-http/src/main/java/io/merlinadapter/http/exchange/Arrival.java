package io.merlinadapter.http.exchange;

import io.merlinadapter.http.server.ServerLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.Deadline;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * The arrival of one request's body, in time and paid for; after an early answer, the forgetting of what still comes.
 * Belongs to the request's event loop.
 */
final class Arrival {
    private static final long NO_TIMER = -1;
    /** A rest this small is read on so that the connection can live. */
    private static final int SMALL_REST = 64 * 1024;
    /** How many times the largest body is read and forgotten so that the caller gets to read its 413. */
    private static final long DISCARD_FACTOR = 8;

    private final Exchanges loop;
    private final HttpServerRequest request;
    private final int limit;
    private final Listener listener;
    private final long declared;
    private final BodyCollector collector;
    private Deadline deadline;
    private boolean receiving = true;
    private boolean ended;
    private boolean heldBack;
    private long timer = NO_TIMER;
    private @Nullable Discarding discarding;

    /** Who waits for the body. */
    interface Listener {
        /** All of it is there. */
        void arrived(Body body);

        /** It was still not complete at its deadline. */
        void late(Refusal refusal);

        /** It can't be taken in. */
        void failed(RuntimeException why);
    }

    /** @param limit the most bytes that may come */
    Arrival(Exchanges loop, HttpServerRequest request, int limit, Deadline deadline, Listener listener) {
        this.loop = loop;
        this.request = request;
        this.limit = limit;
        this.deadline = deadline;
        this.listener = listener;
        this.declared = PredictHeaders.contentLength(request);
        this.collector = new BodyCollector(loop.services().budget(), limit, declared);
    }

    /** Takes in what comes. */
    void begin() {
        request.handler(this::received);
        request.endHandler(this::receivedAll);
        heldBack = ServerLoop.expectsContinue(request);
    }

    /** Whether the caller asked before sending, and has no answer yet. */
    boolean isHeldBack() {
        return heldBack;
    }

    /** Throws if the caller has said that too much will come. */
    void checkDeclared() {
        if (declared > limit) {
            throw BodyCollector.tooLarge(limit, declared);
        }
    }

    /** Tells a caller who asked before sending to send. */
    void letCome() {
        if (declared
                > loop.services().budget().limit() - loop.services().budget().used()) {
            throw BodyCollector.overloaded(loop.services().budget());
        }
        heldBack = false;
        request.response().writeContinue();
    }

    /** It is to be there by then. */
    void awaitUntil(Deadline by) {
        deadline = by;
        if (receiving) {
            loop.arrivals().add(this);
        }
    }

    /** Called once the loop has read what there is: a body that is still not complete gets a timer. */
    void startDeadline() {
        if (receiving) {
            timer = loop.vertx().setTimer(deadline.remainingMillis(loop.now()), id -> late());
        }
    }

    private void received(Buffer data) {
        if (receiving) {
            try {
                collector.add(data);
            } catch (RuntimeException e) {
                listener.failed(e);
            }
        } else if (discarding != null) {
            discarding.discarded(data.length());
        }
    }

    private void receivedAll(Void nothing) {
        ended = true;
        if (discarding != null) {
            discarding.end();
        }
        if (!receiving) {
            return;
        }
        if (deadline.passed(loop.now())) {
            late();
            return;
        }
        receiving = false;
        stopTimer();
        listener.arrived(collector.take());
    }

    private void late() {
        timer = NO_TIMER;
        if (receiving) {
            listener.late(Refusal.lateBody(deadline.allowed(), collector.length()));
        }
    }

    /** Nobody needs the body any more. */
    void stop() {
        receiving = false;
        stopTimer();
        collector.release();
    }

    private void stopTimer() {
        if (timer != NO_TIMER) {
            loop.vertx().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    /** Whether a rest of the body is to come that this refusal makes not worth waiting for. */
    boolean isCutOffBy(Refusal refusal) {
        return !ended && (refusal.endsConnection() || heldBack || !restIsWorthReading());
    }

    private boolean restIsWorthReading() {
        boolean connectionLives = !loop.loop().isLeaving() || request.version() == HttpVersion.HTTP_2;
        return connectionLives && declared >= 0 && declared <= SMALL_REST;
    }

    /** Reads and forgets what still comes. */
    void discard() {
        discarding = new Discarding(loop, request, deadline, DISCARD_FACTOR * limit);
    }
}
