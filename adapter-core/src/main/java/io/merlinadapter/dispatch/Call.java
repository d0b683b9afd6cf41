package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.CallTrace;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.worker.InFlight;
import io.merlinadapter.worker.Room;
import io.merlinadapter.worker.WorkerRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import org.jspecify.annotations.Nullable;

/** One prediction from admission to outcome. Ends exactly once. Event loop only, but for what {@link PredictCall} says. */
final class Call implements PredictCall, WorkerRequest {
    private final Owner owner;
    private final EventLoop loop;
    private final AdapterMetrics metrics;
    private final PredictRequest asked;
    private final Promise<Body> promise;
    /** Null if nobody traces it. */
    private final @Nullable CallTrace trace;

    private EventLoop.@Nullable Timer timer;
    private @Nullable InFlight inFlight;
    /** Where its reply is from, of which the front has not said whether it is good. */
    private @Nullable InFlight unjudged;

    private boolean repeatable;
    /** Workers that ended with it, and how the last of them did. */
    private int losses;

    private String lastLoss = "";
    private boolean queued;
    private boolean over;
    /** Since when it waits for a worker. What it spends with one that dies before it has read it is waiting too. */
    private long waitsSince;

    private long sentAt;
    private long queueNanos;
    private long workerNanos;
    private int worker = PredictCall.Timings.NO_WORKER;
    private int batchSize;
    /** A worker has died with it in a batch, or has answered that with an error. */
    private boolean suspect;

    /** Whether it may go with others, once that is known. */
    private @Nullable Boolean shares;

    /** Told of what concerns more than this call. */
    interface Owner {
        /** The call is to be handed out again, before all others. */
        void again(Call call);

        /** No worker has the call any more. */
        void leftWorker();

        /** A worker took {@code nanos} for an answer, or at least that. */
        void answeredIn(long nanos);

        /** For how long all workers have owed answers that no caller waits for any more, in nanoseconds; else 0. */
        long owedInVain();

        /** The call has ended while it was queued. */
        void leftQueue(Call call);
    }

    /**
     * A call that was not admitted yet.
     *
     * @param repeatable true if another worker may have it once one has died with it
     */
    Call(
            Owner owner,
            EventLoop loop,
            AdapterMetrics metrics,
            PredictRequest asked,
            Promise<Body> promise,
            boolean repeatable) {
        this.owner = owner;
        this.loop = loop;
        this.metrics = metrics;
        this.asked = asked;
        this.promise = promise;
        this.trace = asked.trace();
        this.repeatable = repeatable;
    }

    @Override
    public Future<Body> outcome() {
        return promise.future();
    }

    @Override
    public PredictCall.Timings timings() {
        return new PredictCall.Timings(queueNanos, workerNanos, worker, batchSize);
    }

    @Override
    public void cancel() {
        loop.run(() -> {
            if (!over) {
                metrics.callerGone();
                end(PredictException.of(FailureKind.DEADLINE, "the caller has gone away"));
            }
        });
    }

    @Override
    public void judge(boolean good) {
        loop.run(() -> {
            if (unjudged != null) {
                unjudged.judge(good);
                unjudged = null;
            }
        });
    }

    @Override
    public PredictRequest asked() {
        return asked;
    }

    boolean isOver() {
        return over;
    }

    /** The queue says whether it holds the call. */
    void setQueued(boolean inQueue) {
        queued = inQueue;
    }

    /** Admitted: it waits for a worker from now on, until its deadline. */
    void startTimer(long now) {
        waitsSince = now;
        timer = loop.afterNanos(asked.deadline().remaining(waitsSince), this::expire);
        traceWait(waitsSince);
    }

    private void traceWait(long now) {
        if (trace != null) {
            trace.queued(now);
        }
    }

    /** @param why null if it was answered */
    private void traceLeft(@Nullable FailureKind why) {
        if (trace != null) {
            trace.left(loop.now(), why);
        }
    }

    /** Its trace shows that it went with another one, where both are traced; returns which of the two others are to name. */
    @Nullable
    CallTrace traceTogether(@Nullable CallTrace first) {
        if (trace != null && first != null) {
            trace.sharesLine(first);
        }
        return first != null ? first : trace;
    }

    /** A worker has it. */
    void sent(InFlight as, long now) {
        inFlight = as;
        sentAt = now;
        metrics.waitedInQueue(sentAt - waitsSince);
        if (trace != null) {
            trace.sent(sentAt, as.worker(), as.batchSize());
        }
    }

    /** A worker that has read it has ended it, or has died. */
    private void leftWorker() {
        InFlight from = inFlight;
        if (from != null) {
            long now = loop.now();
            inFlight = null;
            owner.leftWorker();
            worker = from.worker();
            batchSize = from.batchSize();
            workerNanos = now - sentAt;
            queueNanos += sentAt - waitsSince;
            waitsSince = now;
        }
    }

    @Override
    public void answered(Body reply) {
        InFlight from = inFlight;
        traceLeft(null);
        leftWorker();
        if (over) {
            reply.release();
            return;
        }
        if (asked.translated()) {
            unjudged = from;
        } else if (from != null) {
            from.judge(true);
        }
        owner.answeredIn(workerNanos);
        settle();
        promise.complete(reply);
    }

    @Override
    public void failed(PredictException why) {
        boolean answered = inFlight != null && why.kind() != FailureKind.WORKER_LOST;
        traceLeft(why.kind());
        leftWorker();
        if (answered) {
            owner.answeredIn(workerNanos);
        }
        end(why);
    }

    @Override
    public boolean mayBeRepeated() {
        return repeatable;
    }

    @Override
    public boolean isSuspect() {
        return suspect;
    }

    /** True if it may go with others of which that is true. */
    boolean mayShare(Room room) {
        Boolean known = shares;
        if (known == null) {
            known = room.mayShare(asked);
            shares = known;
        }
        return known;
    }

    @Override
    public void triedAlone() {
        traceLeft(FailureKind.MODEL_FAILED);
        leftWorker();
        suspect = true;
        repeatable = false;
        traceWait(waitsSince);
        owner.again(this);
    }

    @Override
    public void comesBack(boolean seen) {
        traceLeft(FailureKind.WORKER_LOST);
        if (inFlight != null) {
            losses++;
            lastLoss = inFlight.lostBy();
            suspect |= seen && inFlight.batchSize() > 1;
        }
        if (seen) {
            leftWorker();
        } else if (inFlight != null) {
            inFlight = null;
            owner.leftWorker();
        }
        // Once only: what has killed two workers gets no third.
        repeatable &= !seen;
        if (over) {
            asked.body().release();
        } else {
            traceWait(loop.now());
            owner.again(this);
        }
    }

    /** Its deadline has passed. */
    void expire() {
        InFlight held = inFlight;
        String told = "no answer within " + asked.deadline().allowed().toMillis() + " ms, "
                + (held == null
                        ? "all of which it waited for a worker" + (losses > 0 ? "; " + lost() : heldUp())
                        : "of which the program had it for " + (loop.now() - sentAt) / 1_000_000 + " ms: "
                                + (losses > 0 ? lost() + "; since then " : "") + held.silence());
        if (held != null) {
            held.overdue(told);
            owner.answeredIn(loop.now() - sentAt);
        }
        end(PredictException.of(FailureKind.DEADLINE, told));
    }

    /** Why no worker had room, as far as that is known, and what to do. */
    private String heldUp() {
        long owed = owner.owedInVain() / 1_000_000_000L;
        return owed == 0
                ? "; raise WORKERS or --request-timeout, or see in the log what holds the workers up"
                : ": the program still owes an answer to an earlier request, after " + owed
                        + " s (the log says more); if it is only slow, raise WORKERS or --request-timeout";
    }

    private String lost() {
        return "the program has ended " + (losses == 1 ? "once" : losses + " times")
                + " before it had read this request, the" + " last time because " + lastLoss;
    }

    /** Ends without a prediction. */
    void end(PredictException why) {
        if (over) {
            return;
        }
        InFlight held = inFlight;
        traceLeft(why.kind());
        if (queued) {
            queueNanos += loop.now() - waitsSince;
        }
        leftWorker();
        settle();
        if (held != null) {
            held.giveUp();
        } else {
            asked.body().release();
        }
        promise.fail(why);
    }

    private void settle() {
        over = true;
        if (timer != null) {
            timer.stop();
        }
        if (queued) {
            owner.leftQueue(this);
        }
    }
}
