package io.merlinadapter.http.exchange;

import io.merlinadapter.http.exchange.ProtocolCodec.Head;
import io.merlinadapter.http.exchange.ProtocolCodec.Question;
import io.merlinadapter.http.exchange.ProtocolCodec.RefusedException;
import io.merlinadapter.http.server.BadRequest;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictCall.Timings;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.text.Durations;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One prediction from its complete headers to its answer, which is exactly one unless the caller is gone, in whatever
 * protocol. Event loop only.
 */
final class PredictExchange implements RequestBody.Listener {
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

    private final Exchanges exchanges;
    private final HttpServerRequest request;
    private final ProtocolCodec codec;
    private final RequestBody body;
    /** Null while the access log is off. */
    private final @Nullable AccessLine line;
    /** Null if it is not traced. */
    private final @Nullable ExchangeTrace trace;

    private State state = State.RECEIVING;
    private Deadline deadline;
    private Head head;
    private @Nullable Question question;
    /** Another thread works on the question. */
    private boolean isLent;

    private @Nullable PredictCall call;
    private boolean isGone;

    PredictExchange(Exchanges exchanges, HttpServerRequest request, ProtocolCodec codec) {
        this.exchanges = exchanges;
        this.request = request;
        this.codec = codec;
        this.deadline = Deadline.after(exchanges.now(), exchanges.settings().requestTimeout());
        this.head = codec.unread();
        this.body = new RequestBody(exchanges, request, codec, deadline, this);
        this.line = exchanges.settings().isLogged() && AccessLog.isOn()
                ? new AccessLine(exchanges, request, head, deadline.acceptedNanos())
                : null;
        this.trace = ExchangeTrace.begin(exchanges, request, head, deadline.acceptedNanos());
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
            body.begin();
            admit(unknownModel);
            body.awaitUntil(deadline);
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void admit(@Nullable String unknownModel) {
        FrontSettings settings = exchanges.settings();
        if (unknownModel != null) {
            throw PredictException.of(
                    FailureKind.UNKNOWN_MODEL, settings.names().unknown(unknownModel));
        }
        head = codec.describe(request, settings.requestTimeout());
        deadline = Deadline.after(deadline.acceptedNanos(), head.timeout());
        body.allow(head, settings.maxBody());
        if (body.isHeldBack()) {
            letBodyCome();
        }
    }

    /** The caller asked before sending: say no now to what would be refused with the body in hand. */
    private void letBodyCome() {
        Predictor predictor = exchanges.services().predictor();
        if (!predictor.health().ready()) {
            throw PredictException.comeBack(
                    FailureKind.NOT_READY, predictor.health().reason(), 1);
        }
        body.letCome();
    }

    @Override
    public void arrived(Body received, long prepaid) {
        moveTo(State.DECODING);
        MemoryBudget budget = exchanges.services().budget();
        boolean heavy = head.encoding() != BodyEncoding.IDENTITY || received.length() > PredictRequest.OFF_LOOP_ABOVE;
        AtomicBoolean begun = new AtomicBoolean();
        work(
                heavy,
                () -> {
                    begun.set(true);
                    return budget.spend(prepaid, () -> codec.decode(head, received));
                },
                () -> {
                    if (!begun.get()) {
                        budget.release(prepaid);
                        received.release();
                    }
                },
                Question::release,
                this::predict);
    }

    private void predict(Question decoded) {
        question = decoded;
        if (deadline.passed(exchanges.now())) {
            throw PredictException.of(
                    FailureKind.DEADLINE,
                    "the deadline passed before the prediction began (" + Durations.show(deadline.allowed())
                            + " after the request)");
        }
        moveTo(State.PREDICTING);
        Body asked = decoded.takeLine();
        PredictCall started;
        try {
            started = exchanges
                    .services()
                    .predictor()
                    .predict(new PredictRequest(
                            asked,
                            deadline,
                            head.protocol(),
                            exchanges.settings().passedHeaders().of(request.headers()),
                            decoded.isTranslated(),
                            trace == null ? null : trace.call()));
        } catch (RuntimeException e) {
            asked.release();
            throw e;
        }
        call = started;
        started.outcome().onComplete(this::predicted);
    }

    private void predicted(@Nullable Body reply, @Nullable Throwable failure) {
        Question asked = question;
        if (reply == null || asked == null) {
            failed(failure);
        } else if (state == State.PREDICTING) {
            moveTo(State.ENCODING);
            boolean heavy = asked.isHeavy(reply);
            work(
                    heavy,
                    () -> heavy ? asked.encode(reply) : encodeSmall(asked, reply),
                    reply::release,
                    Body::release,
                    this::answer);
        } else {
            reply.release();
        }
    }

    /** The program has done its work: its small reply gets through whatever memory is left, one at a time on this loop. */
    private Body encodeSmall(Question asked, Body reply) {
        MemoryBudget budget = exchanges.services().budget();
        budget.reserve(MemoryBudget.SMALL);
        return budget.spend(MemoryBudget.SMALL, () -> asked.encode(reply));
    }

    private void answer(Body answer) {
        moveTo(State.ENDED);
        releaseQuestion();
        int code = codec.succeed(request, request.response());
        exchanges
                .services()
                .metrics()
                .requestEnded(head.protocol(), code, Outcome.SUCCESS, exchanges.now() - deadline.acceptedNanos());
        showTimings();
        String predictionId = question == null ? null : question.predictionId();
        Future<Void> written = ReplyWriter.write(exchanges, request, answer, head.isGrpc());
        if (line != null) {
            written.onComplete((v, failure) -> line.succeeded(head, code, predictionId, call));
        }
        if (trace != null) {
            written.onComplete((v, failure) -> trace.ended(code, null, predictionId));
        }
    }

    /**
     * Works on a body, off the loop if that is heavy, and goes on with what comes of it.
     *
     * @param unused what to do if the work never began
     * @param unwanted what to do with what comes of it, if nobody wants it any more
     */
    private <T> void work(boolean heavy, Callable<T> work, Runnable unused, Consumer<T> unwanted, Consumer<T> then) {
        State here = state;
        if (!heavy) {
            T made = null;
            Throwable fault = null;
            try {
                made = work.call();
            } catch (Exception e) {
                fault = e;
            }
            worked(here, made, fault, unwanted, then);
            return;
        }
        isLent = true;
        // Threads may be long in coming; the caller is told in time.
        long timer = exchanges.vertx().setTimer(deadline.remainingMillis(exchanges.now()), id -> lateWork(here));
        exchanges.vertx().executeBlocking(work, false).onComplete((made, failure) -> {
            exchanges.vertx().cancelTimer(timer);
            if (made == null) {
                unused.run(); // releases what the work has not
            }
            isLent = false;
            worked(here, made, failure, unwanted, then);
        });
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

    private <T> void worked(
            State here, @Nullable T made, @Nullable Throwable failure, Consumer<T> unwanted, Consumer<T> then) {
        if (here == State.ENCODING) {
            judge(made != null, failure);
        }
        if (state != here) {
            if (made != null) {
                unwanted.accept(made);
            }
            releaseQuestion();
        } else if (made == null) {
            failed(failure);
        } else {
            try {
                then.accept(made);
            } catch (RuntimeException e) {
                failed(e);
            }
        }
    }

    /** Tells whether the program's reply made an answer. */
    private void judge(boolean made, @Nullable Throwable failure) {
        boolean bad = failure instanceof PredictException expected && expected.kind() == FailureKind.BAD_REPLY;
        if (call != null && (made || bad)) {
            call.judge(made);
        }
    }

    private void releaseQuestion() {
        if (question != null && !isLent) {
            question.release();
        }
    }

    @Override
    public void late(Refusal refusal) {
        refuse(refusal);
    }

    private void callerGone(Throwable why) {
        if (why instanceof BadRequest bad) {
            refuse(new Refusal(bad.status(), FailureKind.INVALID_REQUEST, String.valueOf(bad.getMessage()), 0));
            return;
        }
        LOG.debug("the caller has gone", why);
        isGone = true;
        if (state == State.ENDED) {
            return;
        }
        PredictCall underWay = state == State.PREDICTING ? call : null;
        if (underWay == null) {
            // Those that the program is asked are counted where they are cancelled.
            exchanges.services().metrics().callerGone();
        }
        end();
        String predictionId = question == null ? null : question.predictionId();
        if (line != null) {
            line.cancelled(head, predictionId, call);
        }
        if (trace != null) {
            trace.ended(null, null, predictionId);
        }
        if (underWay != null) {
            underWay.cancel();
        }
    }

    private void end() {
        body.stop();
        moveTo(State.ENDED);
        releaseQuestion();
    }

    @Override
    public void failed(RuntimeException why) {
        failed((Throwable) why);
    }

    private void failed(@Nullable Throwable failure) {
        if (failure instanceof PredictException expected) {
            refuse(HttpErrors.refusal(expected), expected.waitNanos());
        } else if (failure instanceof RefusedException early) {
            refuse(early.refusal());
        } else {
            LOG.error("the front failed to answer a prediction", failure);
            refuse(HttpErrors.refusal(PredictException.of(
                    FailureKind.INTERNAL, "internal error of the adapter; its log has the reason")));
        }
    }

    private void refuse(Refusal refusal) {
        refuse(refusal, 0);
    }

    /** @param waitNanos if too many wait, for how long those keep the program busy */
    private void refuse(Refusal refusal, long waitNanos) {
        if (state == State.ENDED) {
            return;
        }
        boolean cutOff = body.isCutOffBy(refusal);
        String predictionId = question == null ? null : question.predictionId();
        end();
        int code = codec.code(refusal);
        exchanges.services().metrics().predictionFailed(refusal.kind());
        exchanges
                .services()
                .metrics()
                .requestEnded(
                        head.protocol(),
                        code,
                        HttpErrors.outcome(refusal.kind()),
                        exchanges.now() - deadline.acceptedNanos());
        long hold = waitNanos == 0 ? 0 : exchanges.nanosToHoldRefusal(waitNanos, deadline);
        if (hold == 0 || cutOff) {
            say(refusal, cutOff);
        } else {
            forgetQuestion();
            exchanges.vertx().setTimer(Math.max(1, TimeUnit.NANOSECONDS.toMillis(hold)), id -> say(refusal, false));
        }
        if (line != null) {
            line.refused(head, refusal, code, predictionId, call);
        }
        if (trace != null) {
            trace.ended(code, refusal.kind(), predictionId);
        }
    }

    /** Thousands may be held back at a time, and what they asked is the larger part of what they hold. */
    private void forgetQuestion() {
        if (!isLent) {
            question = null;
        }
    }

    private void showTimings() {
        if (exchanges.settings().showsTimings()) {
            Timings spent = call == null || !call.outcome().isComplete() ? Timings.NONE : call.timings();
            request.response()
                    .putHeader(ServerTiming.HEADER, ServerTiming.of(spent, exchanges.now() - deadline.acceptedNanos()));
        }
    }

    /** Answers, unless the caller has left since it was decided. */
    private void say(Refusal refusal, boolean cutOff) {
        if (isGone) {
            return;
        }
        if (cutOff || exchanges.loop().isLeaving()) {
            exchanges.loop().endConnectionAfter(request);
        }
        showTimings();
        codec.refuse(request, refusal);
        if (cutOff) {
            body.discard();
        }
    }

    private void moveTo(State next) {
        if (!state.mayBecome(next)) {
            throw new IllegalStateException(state + " can't become " + next);
        }
        state = next;
    }
}
