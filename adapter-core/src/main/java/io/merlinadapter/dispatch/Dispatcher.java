package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.HealthSubscription;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.predict.Prediction;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.worker.GaveUp;
import io.merlinadapter.worker.Slot;
import io.merlinadapter.worker.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one way to the workers: admits a request or says at once why not, lets it wait its turn, and hands it out.
 */
public final class Dispatcher implements Predictor {
    private final DispatchSettings settings;
    private final EventLoop loop;
    private final Format format;
    private final WorkerPool pool;
    private final AdapterMetrics metrics;

    private final RequestQueue queue = new RequestQueue();
    private final WaitEstimate estimate = new WaitEstimate();
    private final Lifecycle life;
    private volatile DispatchStats stats = new DispatchStats(0, 0);

    /** A dispatcher in front of {@code pool}, on the same loop. */
    public Dispatcher(
            DispatchSettings settings, EventLoop loop, Format format, WorkerPool pool, AdapterMetrics metrics) {
        this.settings = settings;
        this.loop = loop;
        this.format = format;
        this.pool = pool;
        this.metrics = metrics;
        this.life = new Lifecycle(loop, settings.unreadyGrace(), this::figures);
        pool.onRoom(this::handOut);
        pool.showQueued(queue::size);
        pool.onChange(life::poolChanged);
        pool.gaveUp().onSuccess(this::gaveUp);
    }

    /** Has {@code listener} called, on the loop, whenever the adapter has moved to another state. */
    public void onMove(Consumer<AdapterState> listener) {
        life.onMove(listener);
    }

    private String figures() {
        return pool.stats().describe(queue.size());
    }

    @Override
    public PredictCall predict(PredictRequest request) {
        Promise<Prediction> promise = loop.promiseForCaller();
        Call call = new Call(this, request, promise, settings.retryOnWorkerLoss());
        loop.run(() -> admit(call));
        return call;
    }

    private void admit(Call call) {
        call.wasRead();
        if (call.isOver()) {
            return;
        }
        PredictException refusal = refusal(call);
        if (refusal != null) {
            call.end(refusal);
            return;
        }
        call.startTimer();
        queue.add(call);
        handOut();
    }

    private @Nullable PredictException refusal(Call call) {
        long now = loop.now();
        if (life.state() == AdapterState.SHUT || !life.mayServe()) {
            return PredictException.comeBack(FailureKind.NOT_READY, health().reason(), 1);
        }
        if (call.deadline().passed(now)) {
            return PredictException.of(FailureKind.DEADLINE, "the deadline passed before the request was complete");
        }
        long wait = estimate.nanos(queue.size(), places());
        int seconds = (int) Math.min(60, 1 + wait / 1_000_000_000L);
        if (queue.size() >= settings.queueSize()) {
            return PredictException.comeBack(
                    FailureKind.OVERLOADED,
                    "the queue is full: " + queue.size() + " requests are waiting (--queue-size); raise WORKERS",
                    seconds);
        }
        if (wait > call.deadline().remaining(now)) {
            return PredictException.comeBack(
                    FailureKind.OVERLOADED,
                    "it would wait about " + wait / 1_000_000 + " ms for a worker, longer than its deadline of "
                            + call.deadline().allowed().toMillis() + " ms; raise WORKERS",
                    seconds);
        }
        return null;
    }

    private int places() {
        return pool.stats().places();
    }

    private void handOut() {
        for (Call next = queue.peek(); next != null; next = queue.peek()) {
            if (next.deadline().passed(loop.now())) {
                // Expired work is never handed to a child, and must hold up nothing where its timer is late.
                next.expire();
            } else {
                Slot slot = pool.send(next);
                if (slot == null) {
                    break;
                }
                queue.remove(next);
                next.sent(slot);
            }
        }
        refresh();
    }

    /** A worker died before it saw this call: it goes before all others. */
    void again(Call call) {
        queue.addFirst(call);
        // Once the worker has given back all it had, in their order.
        loop.later(life.mayServe() ? this::handOut : this::refuseWaiting);
    }

    private void gaveUp(GaveUp why) {
        life.gaveUp(why);
        refuseWaiting();
    }

    /** No worker will come for those that wait. */
    private void refuseWaiting() {
        for (Call call = queue.peek(); call != null; call = queue.peek()) {
            call.end(PredictException.comeBack(FailureKind.NOT_READY, health().reason(), 1));
        }
    }

    /** An answer took {@code nanos}. */
    void answeredIn(long nanos) {
        estimate.answeredIn(nanos);
    }

    /** A call has ended, whatever the outcome. */
    void ended(Call call, boolean waited) {
        if (waited) {
            queue.left(call);
            refresh();
        }
    }

    /** Says from now on that it is not ready, and serves what still comes. */
    public void drain() {
        loop.check();
        life.drain();
    }

    /**
     * Takes nothing new, ends what still waits, lets the workers finish what they have and ends them. The future completes
     * when none is left.
     */
    public Future<Void> terminate() {
        loop.check();
        life.terminate();
        refuseWaiting();
        return pool.stop().onSuccess(stopped -> life.stopped());
    }

    private void refresh() {
        stats = new DispatchStats(queue.size(), queue.bytes());
    }

    @Override
    public Health health() {
        return life.health();
    }

    @Override
    public HealthSubscription watchHealth(Consumer<Health> watcher) {
        return life.watchHealth(watcher);
    }

    /** What waits at this moment. Any thread. */
    public DispatchStats stats() {
        return stats;
    }

    Format format() {
        return format;
    }

    EventLoop loop() {
        return loop;
    }

    AdapterMetrics metrics() {
        return metrics;
    }
}
