package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictCall.Timings;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.worker.Slot;
import io.merlinadapter.worker.WorkerRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One prediction from admission to outcome. Ends exactly once. For the loop, but for what {@link PredictCall} says. */
final class Call implements PredictCall, WorkerRequest {
    private final Dispatcher dispatcher;
    private Body body;
    private final Deadline deadline;
    private final Promise<Body> promise;
    private final byte[] particulars;
    private EventLoop.@Nullable Timer timer;
    private @Nullable Slot slot;
    /** Another thread may have the body. */
    private boolean reading = true;

    private boolean repeatable;
    private boolean waiting;
    private boolean over;
    /** Since when it waits for a worker. What it spends with one that dies before it has read it is waiting too. */
    private long waitsSince;

    private long sentAt;
    private long queueNanos;
    private long workerNanos;
    private int worker = Timings.NO_WORKER;

    /**
     * A call that was not admitted yet.
     *
     * @param repeatable whether another worker may have it once one has died with it
     */
    Call(Dispatcher dispatcher, PredictRequest request, Promise<Body> promise, boolean repeatable) {
        this.dispatcher = dispatcher;
        this.body = request.body();
        this.deadline = request.deadline();
        this.promise = promise;
        this.particulars = dispatcher.format().particulars(request);
        this.repeatable = repeatable;
    }

    @Override
    public Future<Body> outcome() {
        return promise.future();
    }

    @Override
    public Timings timings() {
        return new Timings(queueNanos, workerNanos, worker);
    }

    @Override
    public void cancel() {
        dispatcher.loop().run(() -> {
            if (!over) {
                dispatcher.metrics().callerGone();
                end(PredictException.of(FailureKind.DEADLINE, "the caller has gone away"));
            }
        });
    }

    @Override
    public Body body() {
        return body;
    }

    @Override
    public ByteBuffer[] line(long id) {
        long left = deadline.remainingMillis(dispatcher.loop().now());
        return dispatcher.format().request(id, particulars, body, left);
    }

    /** Its body has been read, and is this thread's from now on; null if it was no good. */
    void wasRead(@Nullable Body accepted) {
        reading = false;
        body = accepted == null ? body : accepted;
        if (over) {
            body.release();
        }
    }

    /** It waits for a worker, or no longer does. */
    void waits(boolean inQueue) {
        waiting = inQueue;
    }

    Deadline deadline() {
        return deadline;
    }

    boolean isOver() {
        return over;
    }

    void startTimer() {
        waitsSince = dispatcher.loop().now();
        timer = dispatcher.loop().afterNanos(deadline.remaining(waitsSince), this::expire);
    }

    void sent(Slot slot) {
        this.slot = slot;
        sentAt = dispatcher.loop().now();
        dispatcher.metrics().waitedInQueue(sentAt - waitsSince);
    }

    /** The worker no longer has it, having read it. */
    private void leftWorker() {
        Slot from = slot;
        if (from != null) {
            long now = dispatcher.loop().now();
            slot = null;
            worker = from.worker();
            workerNanos = now - sentAt;
            queueNanos += sentAt - waitsSince;
            waitsSince = now;
        }
    }

    @Override
    public void answered(Body reply) {
        leftWorker();
        if (over) {
            reply.release();
            return;
        }
        dispatcher.answeredIn(workerNanos);
        settle();
        promise.complete(reply);
    }

    @Override
    public void failed(PredictException why) {
        leftWorker();
        end(why);
    }

    @Override
    public boolean mayBeRepeated() {
        return repeatable;
    }

    @Override
    public void comesBack(boolean seen) {
        if (seen) {
            leftWorker();
        }
        slot = null;
        // Once only: what has killed two workers gets no third.
        repeatable &= !seen;
        if (over) {
            body.release();
        } else {
            dispatcher.again(this);
        }
    }

    /** Its deadline has passed. */
    void expire() {
        long allowed = deadline.allowed().toMillis();
        String where = slot == null
                ? " ms, all of which it waited for a worker; raise WORKERS or --request-timeout, or see in the log what"
                        + " holds the workers up"
                : " ms, of which the program had it for " + (dispatcher.loop().now() - sentAt) / 1_000_000 + " ms: "
                        + slot.silence();
        end(PredictException.of(FailureKind.DEADLINE, "no answer within " + allowed + where));
    }

    /** Ends without a prediction. */
    void end(PredictException why) {
        if (over) {
            return;
        }
        Slot held = slot;
        if (waiting) {
            queueNanos += dispatcher.loop().now() - waitsSince;
        }
        leftWorker();
        settle();
        if (held != null) {
            held.giveUp();
        } else if (!reading) {
            body.release();
        }
        promise.fail(why);
    }

    private void settle() {
        over = true;
        if (timer != null) {
            timer.stop();
        }
        dispatcher.ended(this, waiting);
        waiting = false;
    }
}
