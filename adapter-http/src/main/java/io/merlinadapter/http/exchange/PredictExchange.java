package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.text.Durations;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One prediction from its complete headers to its answer, which is exactly one unless the caller is gone, in whatever
 * {@link Dialect}. Belongs to its connection's event loop.
 */
final class PredictExchange implements Arrival.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(PredictExchange.class);

    private enum State {
        RECEIVING,
        /** What came is made into a question. */
        DECODING,
        PREDICTING,
        /** The reply is made into an answer. */
        ENCODING,
        /** Answered, or the caller is gone: nothing is left to be said. */
        ENDED;

        boolean mayBecome(State next) {
            return compareTo(next) < 0;
        }
    }

    private final Exchanges loop;
    private final HttpServerRequest request;
    private final Dialect dialect;
    private final Arrival arrival;
    /** Null while the access log is off. */
    private final @Nullable AccessLine line;

    private State state = State.RECEIVING;
    private Deadline deadline;
    /** Another thread has the dialect. */
    private boolean isLent;

    private @Nullable PredictCall call;

    PredictExchange(Exchanges loop, HttpServerRequest request, Dialect dialect) {
        this.loop = loop;
        this.request = request;
        this.dialect = dialect;
        this.deadline = Deadline.after(loop.now(), loop.settings().requestTimeout());
        int most = dialect.mostReceived(loop.settings().maxBody());
        this.arrival = new Arrival(loop, request, most, deadline, this);
        this.line = AccessLog.isOn() ? new AccessLine(loop, request, dialect, deadline.acceptedNanos()) : null;
    }

    /**
     * Begins with the headers.
     *
     * @param unknownModel the model that the caller asked for, if it isn't ours
     */
    void begin(@Nullable String unknownModel) {
        request.exceptionHandler(this::callerGone);
        request.response().exceptionHandler(this::callerGone);
        try {
            arrival.begin();
            if (admit(unknownModel)) {
                arrival.awaitUntil(deadline);
            }
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private boolean admit(@Nullable String unknownModel) {
        FrontSettings settings = loop.settings();
        if (unknownModel != null) {
            throw PredictException.of(
                    FailureKind.UNKNOWN_MODEL, settings.names().unknown(unknownModel));
        }
        Refusal refusal = dialect.open(request);
        if (refusal != null) {
            refuse(refusal);
            return false;
        }
        deadline = Deadline.after(deadline.acceptedNanos(), dialect.timeout(request, settings.requestTimeout()));
        arrival.checkDeclared();
        if (arrival.isHeldBack()) {
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
        arrival.letCome();
    }

    @Override
    public void arrived(Body body) {
        moveTo(State.DECODING);
        int length = body.length();
        translate(dialect.isHeavy(length), body, () -> dialect.asked(body), this::predict);
    }

    /** Has the dialect work on a body, off the loop if that is heavy, and goes on with what it makes of it. */
    private void translate(boolean heavy, Body from, Callable<Body> work, Consumer<Body> then) {
        State here = state;
        if (heavy) {
            isLent = true;
            // Threads may be long in coming; the caller is told in time.
            long timer = loop.vertx().setTimer(deadline.remainingMillis(loop.now()), id -> lateWork(here));
            loop.vertx().executeBlocking(work, false).onComplete((body, failure) -> {
                loop.vertx().cancelTimer(timer);
                if (body != from) {
                    from.release(); // if the task never ran
                }
                isLent = false;
                translated(here, body, failure, then);
            });
            return;
        }
        Body made = null;
        Throwable fault = null;
        try {
            made = work.call();
        } catch (Exception e) {
            fault = e;
        }
        translated(here, made, fault, then);
    }

    private void lateWork(State here) {
        if (state == here) {
            failed(PredictException.of(
                    FailureKind.DEADLINE,
                    "the deadline passed while the adapter "
                            + (here == State.DECODING ? "read the request" : "wrote the reply") + " ("
                            + Durations.show(deadline.allowed()) + " after the request)"));
        }
    }

    private void translated(State here, @Nullable Body body, @Nullable Throwable failure, Consumer<Body> then) {
        if (state != here) {
            if (body != null) {
                body.release();
            }
            dialect.over();
        } else if (body == null) {
            failed(failure);
        } else {
            try {
                then.accept(body);
            } catch (RuntimeException e) {
                body.release();
                failed(e);
            }
        }
    }

    private void predict(Body body) {
        checkDeadline("the deadline passed before the prediction began");
        moveTo(State.PREDICTING);
        PredictCall started =
                loop.services().predictor().predict(loop.asked(dialect.protocol(), body, deadline, request.headers()));
        call = started;
        started.outcome().onComplete(this::predicted);
    }

    private void checkDeadline(String what) {
        if (deadline.passed(loop.now())) {
            throw PredictException.of(
                    FailureKind.DEADLINE, what + " (" + Durations.show(deadline.allowed()) + " after the request)");
        }
    }

    private void predicted(@Nullable Body reply, @Nullable Throwable failure) {
        if (reply == null) {
            failed(failure);
        } else if (state == State.PREDICTING) {
            moveTo(State.ENCODING);
            translate(dialect.isHeavyReply(reply.length()), reply, () -> dialect.answered(reply), this::answer);
        } else {
            reply.release();
        }
    }

    private void answer(Body answer) {
        moveTo(State.ENDED);
        loop.succeeded(dialect, deadline.acceptedNanos());
        Reply.write(loop, request, dialect, answer);
        if (line != null) {
            line.succeeded(call);
        }
        dialect.over();
    }

    @Override
    public void late(Refusal refusal) {
        refuse(refusal);
    }

    private void callerGone(Throwable why) {
        LOG.debug("the caller has gone", why);
        PredictCall underWay = state == State.PREDICTING ? call : null;
        if (state == State.DECODING) {
            // Later ones are counted where they are cancelled.
            loop.services().metrics().callerGone();
        }
        if (state != State.ENDED) {
            end();
            if (line != null) {
                line.cancelled(call);
            }
        }
        if (underWay != null) {
            underWay.cancel();
        }
    }

    private void end() {
        arrival.stop();
        moveTo(State.ENDED);
        if (!isLent) {
            dialect.over();
        }
    }

    @Override
    public void failed(RuntimeException why) {
        failed((Throwable) why);
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
        boolean cutOff = arrival.isCutOffBy(refusal);
        end();
        if (cutOff || loop.loop().isLeaving()) {
            loop.loop().endConnectionAfter(request);
        }
        loop.refused(dialect, refusal, deadline.acceptedNanos());
        dialect.refuse(request, refusal);
        if (line != null) {
            line.refused(refusal, call);
        }
        if (cutOff) {
            arrival.discard();
        }
    }

    private void moveTo(State next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(state + " can't become " + next);
        }
        state = next;
    }
}
