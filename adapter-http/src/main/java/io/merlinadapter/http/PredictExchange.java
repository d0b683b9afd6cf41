package io.merlinadapter.http;

import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.MemoryBudget;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.Prediction;
import io.merlinadapter.predict.Predictor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One prediction from its complete headers to its answer, which is exactly one unless the caller is gone. Belongs to its
 * connection's event loop.
 */
final class PredictExchange {
    private static final Logger LOG = LoggerFactory.getLogger(PredictExchange.class);
    private static final long NO_TIMER = -1;
    /** A rest this small is read on so that the connection can live. */
    private static final int SMALL_REST = 64 * 1024;
    /** How many times the largest body is read and forgotten so that the caller gets to read its 413. */
    private static final long DISCARD_FACTOR = 8;

    private enum State {
        RECEIVING,
        DECODING,
        PREDICTING,
        /** Answered, or the caller is gone: nothing is left to be said. */
        ENDED;

        boolean mayBecome(State next) {
            return compareTo(next) < 0;
        }
    }

    private final FrontLoop loop;
    private final HttpServerRequest request;
    private final long declared;
    private final BodyCollector collector;
    private State state = State.RECEIVING;
    private BodyEncoding encoding = BodyEncoding.IDENTITY;
    private Deadline deadline;
    private long timer = NO_TIMER;
    private boolean bodyEnded;
    private boolean bodyHeldBack;
    private @Nullable PredictCall call;
    private @Nullable Discarding discarding;

    PredictExchange(FrontLoop loop, HttpServerRequest request) {
        this.loop = loop;
        this.request = request;
        this.deadline = Deadline.after(loop.now(), loop.settings().requestTimeout());
        this.declared = PredictHeaders.contentLength(request);
        this.collector =
                new BodyCollector(loop.services().budget(), loop.settings().maxBody(), declared);
    }

    /**
     * Begins with the headers.
     *
     * @param unknownModel the model that the caller asked for, if it isn't ours
     */
    void begin(@Nullable String unknownModel) {
        request.handler(this::received);
        request.endHandler(this::receivedAll);
        request.exceptionHandler(this::callerGone);
        request.response().exceptionHandler(this::callerGone);
        try {
            bodyHeldBack = PredictHeaders.expectsContinue(request);
            if (admit(unknownModel)) {
                loop.arrivals().add(this);
            }
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private boolean admit(@Nullable String unknownModel) {
        HttpFrontSettings settings = loop.settings();
        if (unknownModel != null) {
            throw PredictException.of(
                    FailureKind.UNKNOWN_MODEL, settings.names().unknown(unknownModel));
        }
        String named = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        BodyEncoding known = BodyEncoding.of(named);
        if (known == null) {
            refuse(Refusal.unsupportedEncoding(String.valueOf(named)));
            return false;
        }
        encoding = known;
        deadline = Deadline.after(deadline.acceptedNanos(), PredictHeaders.timeout(request, settings.requestTimeout()));
        if (declared > settings.maxBody()) {
            throw BodyCollector.tooLarge(settings.maxBody(), declared);
        }
        if (bodyHeldBack) {
            letBodyCome();
        }
        return true;
    }

    /** The caller asked before sending: say no now to what would be refused with the body in hand. */
    private void letBodyCome() {
        Predictor predictor = loop.services().predictor();
        if (!predictor.health().ready()) {
            throw PredictException.comeBack(
                    FailureKind.NOT_READY, predictor.health().reason(), 1);
        }
        MemoryBudget budget = loop.services().budget();
        if (declared > budget.limit() - budget.used()) {
            throw BodyCollector.overloaded(budget);
        }
        bodyHeldBack = false;
        request.response().writeContinue();
    }

    private void received(Buffer data) {
        if (state == State.RECEIVING) {
            try {
                collector.add(data);
            } catch (RuntimeException e) {
                failed(e);
            }
        } else if (discarding != null) {
            discarding.discarded(data.length());
        }
    }

    private void receivedAll(Void nothing) {
        bodyEnded = true;
        if (discarding != null) {
            discarding.end();
        }
        if (state != State.RECEIVING) {
            return;
        }
        stopTimer();
        if (deadline.passed(loop.now())) {
            late();
            return;
        }
        try {
            if (encoding == BodyEncoding.IDENTITY) {
                predict(collector.take());
            } else {
                decode(collector.take());
            }
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void decode(Body encoded) {
        moveTo(State.DECODING);
        int limit = loop.settings().maxBody();
        MemoryBudget budget = loop.services().budget();
        loop.vertx()
                .executeBlocking(() -> encoding.decode(encoded, limit, budget), false)
                .onComplete((body, failure) -> decoded(encoded, body, failure));
    }

    private void decoded(Body encoded, @Nullable Body body, @Nullable Throwable failure) {
        encoded.release(); // if the task never ran
        if (body == null) {
            failed(failure);
        } else if (state == State.DECODING) {
            try {
                predict(body);
            } catch (RuntimeException e) {
                failed(e);
            }
        } else {
            body.release();
        }
    }

    private void predict(Body body) {
        if (deadline.passed(loop.now())) {
            body.release();
            throw PredictException.of(
                    FailureKind.DEADLINE,
                    "the deadline passed before the prediction began ("
                            + deadline.allowed().toMillis() + " ms after the request)");
        }
        moveTo(State.PREDICTING);
        PredictCall started;
        try {
            started = loop.services().predictor().predict(loop.asked(body, deadline, request.headers()));
        } catch (RuntimeException e) {
            body.release();
            throw e;
        }
        call = started;
        started.outcome().onComplete(this::predicted);
    }

    private void predicted(@Nullable Prediction prediction, @Nullable Throwable failure) {
        if (prediction == null) {
            failed(failure);
        } else if (state == State.PREDICTING) {
            moveTo(State.ENDED);
            loop.succeeded(deadline.acceptedNanos());
            Reply.write(loop, request, prediction.body());
        } else {
            prediction.body().release();
        }
    }

    /** Called once the loop has read what there is: a body that is still not complete gets a timer. */
    void startDeadline() {
        if (state == State.RECEIVING) {
            long millis = TimeUnit.NANOSECONDS.toMillis(deadline.remaining(loop.now())) + 1;
            timer = loop.vertx().setTimer(Math.max(1, millis), id -> late());
        }
    }

    private void late() {
        timer = NO_TIMER;
        if (state == State.RECEIVING) {
            refuse(Refusal.lateBody(deadline.allowed().toMillis(), collector.length()));
        }
    }

    private void callerGone(Throwable why) {
        LOG.debug("the caller has gone", why);
        PredictCall underWay = state == State.PREDICTING ? call : null;
        if (state != State.ENDED) {
            stopTimer();
            collector.release();
            moveTo(State.ENDED);
        }
        if (underWay != null) {
            underWay.cancel();
        }
    }

    private void failed(@Nullable Throwable failure) {
        if (failure instanceof PredictException expected) {
            refuse(HttpErrors.refusal(expected));
            return;
        }
        LOG.error("the front failed to answer a prediction", failure);
        refuse(HttpErrors.refusal(
                PredictException.of(FailureKind.INTERNAL, "internal error of the adapter; its log has the reason")));
    }

    private void refuse(Refusal refusal) {
        if (state == State.ENDED) {
            return;
        }
        stopTimer();
        collector.release();
        moveTo(State.ENDED);
        boolean cutOff = !bodyEnded && (refusal.endsConnection() || bodyHeldBack || !restIsWorthReading());
        if (cutOff || loop.isLeaving()) {
            loop.lastAnswers().announce(request);
        }
        loop.refused(refusal, deadline.acceptedNanos());
        Answers.refuse(request, refusal);
        if (cutOff) {
            discarding = new Discarding(
                    loop, request, deadline, DISCARD_FACTOR * loop.settings().maxBody());
        }
    }

    private boolean restIsWorthReading() {
        boolean connectionLives = !loop.isLeaving() || request.version() == HttpVersion.HTTP_2;
        return connectionLives && declared >= 0 && declared <= SMALL_REST;
    }

    private void stopTimer() {
        if (timer != NO_TIMER) {
            loop.vertx().cancelTimer(timer);
            timer = NO_TIMER;
        }
    }

    private void moveTo(State next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(state + " can't become " + next);
        }
        state = next;
    }
}
