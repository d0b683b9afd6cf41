package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.CallTrace;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.worker.InFlight;
import io.merlinadapter.worker.Room;
import io.merlinadapter.worker.WorkerPool;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one way to the workers: admits a request or says at once why not, lets it wait its turn, and hands it out. Event loop
 * only, but for what {@link Predictor} says.
 */
public final class Dispatcher implements Predictor {
    /** The part of the expected wait that a request must have left beyond it, for what is let in is to be answered in time. */
    private static final int MARGIN = 3;
    /** Of bodies on one line: no program needs to read longer ones, by default, than without batches. */
    private static final long MOST_BYTES = 16 << 20;

    private final Settings settings;
    private final EventLoop loop;
    private final WorkerPool pool;
    private final AdapterMetrics metrics;
    private final RequestQueue queue = new RequestQueue();
    private final WaitEstimate estimate = new WaitEstimate();
    private final Lifecycle lifecycle;
    private final Events events = new Events();
    private final ReplyShares replies;
    private final BatchWait batchWait;
    /** Calls that a worker has, and whose callers wait. */
    private int withWorkers;

    private volatile Stats stats = new Stats(0, 0);

    /**
     * What becomes of requests that have no worker.
     *
     * @param queueSize requests that may wait for a worker
     * @param retryOnWorkerLoss true if a request that a worker had read before it died is given to another one, once; one that
     *     it had not read always is
     * @param unreadyGrace how long no worker may be ready before the ports are to be closed
     */
    public record Settings(int queueSize, boolean retryOnWorkerLoss, Duration unreadyGrace) {}

    /**
     * The queue at one moment.
     *
     * @param queued requests that wait for a worker
     * @param queuedBytes the size of their bodies
     */
    public record Stats(int queued, long queuedBytes) {}

    /** A dispatcher in front of {@code pool}, on the same event loop. */
    public Dispatcher(Settings settings, EventLoop loop, WorkerPool pool, MemoryBudget budget, AdapterMetrics metrics) {
        this.settings = settings;
        this.loop = loop;
        this.pool = pool;
        this.metrics = metrics;
        this.replies = new ReplyShares(loop, budget, this::handOut);
        this.batchWait = new BatchWait(loop, this::handOut);
        this.lifecycle =
                new Lifecycle(loop, settings.unreadyGrace(), () -> pool.stats().describe(queue.size()));
        pool.setOwner(events);
        pool.gaveUp().onSuccess(this::gaveUp);
    }

    /** Has {@code listener} called, on the event loop, whenever the adapter has moved to another state. */
    public void onMove(Consumer<AdapterState> listener) {
        lifecycle.onMove(listener);
    }

    @Override
    public PredictCall predict(PredictRequest request) {
        if (loop.isHere()) {
            // Callers that are refused and come again at once must not keep answers from being taken in.
            loop.catchUp();
        }
        Call call = new Call(events, loop, metrics, request, loop.promiseForCaller(), settings.retryOnWorkerLoss());
        loop.run(() -> admit(call));
        return call;
    }

    @Override
    public boolean takesArrowTables() {
        return pool.takesArrowTables();
    }

    private void admit(Call call) {
        if (call.isOver()) {
            return;
        }
        long now = loop.now();
        PredictException refusal = refusal(call.asked(), now);
        if (refusal != null) {
            call.end(refusal);
            return;
        }
        call.startTimer(now);
        queue.add(call);
        handOut();
    }

    private @Nullable PredictException refusal(PredictRequest asked, long now) {
        if (!lifecycle.admits()) {
            return PredictException.comeBack(FailureKind.NOT_READY, health().reason(), 1);
        }
        if (asked.deadline().passed(now)) {
            return PredictException.of(FailureKind.DEADLINE, "the deadline passed before the request was complete");
        }
        long wait = estimate.waitNanos(queue.size(), pool.stats().capacity(), now);
        if (queue.size() >= settings.queueSize()) {
            return PredictException.overloaded(
                    "the queue is full: " + queue.size() + " requests are waiting (--queue-size); raise WORKERS", wait);
        }
        // One that waits for the next place is always let in: from its answer it is learned that a slow program has
        // become fast.
        if (queue.size() > 0
                && wait + wait / MARGIN + estimate.answerNanos(now)
                        > asked.deadline().remaining(now)) {
            return PredictException.overloaded(
                    "it would wait about " + wait / 1_000_000 + " ms for a worker, too long for its deadline of "
                            + asked.deadline().allowed().toMillis() + " ms; raise WORKERS",
                    wait);
        }
        return null;
    }

    private void handOut() {
        batchWait.open(open());
        boolean goesOn = true;
        while (goesOn) {
            goesOn = handOutNext();
        }
        refresh();
    }

    /** Callers that are there. */
    private int open() {
        return queue.size() + withWorkers;
    }

    /** Hands out what is first in the queue, if that may go now. Returns false if it has to wait, or there is nothing. */
    private boolean handOutNext() {
        Call suspect = queue.peekSuspect();
        if (suspect != null && pool.room(true) != null) {
            return endExpired(List.of(suspect)) || send(List.of(suspect)) != 0;
        }
        Room room = queue.ordinary() == 0 ? null : pool.room(false);
        List<Call> next = room == null ? List.of() : queue.first(room, MOST_BYTES);
        if (room == null || next.isEmpty()) {
            batchWait.end();
            return false;
        }
        if (endExpired(next)) {
            return true;
        }
        return room.isForBatches() ? sendBatch(next, room) : send(next) != 0;
    }

    /** Expired work is never handed to a child, and must hold up nothing where its timer is late. */
    private boolean endExpired(List<Call> calls) {
        boolean found = false;
        long now = loop.now();
        for (Call call : calls) {
            if (call.asked().deadline().passed(now)) {
                call.expire();
                found = true;
            }
        }
        return found;
    }

    private boolean sendBatch(List<Call> batch, Room room) {
        boolean full = batch.size() == room.most()
                || batch.size() < queue.ordinary()
                || !batch.get(0).mayShare(room);
        if (!batchWait.mayGo(full, room, open(), leastLeft(batch))) {
            return false;
        }
        int sent = send(batch);
        if (sent > 0) {
            metrics.batchSent(sent, batchWait.end());
        }
        return sent != 0;
    }

    private long leastLeft(List<Call> calls) {
        long least = Long.MAX_VALUE;
        for (Call call : calls) {
            least = Math.min(least, call.asked().deadline().remaining(loop.now()));
        }
        return least;
    }

    /**
     * Sends as many of them, on one line, as there is memory for the replies. Returns how many; less than 0 if another worker
     * is to be asked.
     */
    private int send(List<Call> calls) {
        int paid = 0;
        while (paid < calls.size() && replies.take()) {
            paid++;
        }
        List<InFlight> sent = paid == 0 ? null : pool.send(calls.subList(0, paid));
        if (sent == null) {
            for (int i = 0; i < paid; i++) {
                replies.giveBack();
            }
            return paid == 0 ? 0 : -1;
        }
        long now = loop.now();
        for (int i = 0; i < sent.size(); i++) {
            queue.remove(calls.get(i));
            estimate.handedOut(pool.stats().capacity(), queue.size() > 0, now);
            calls.get(i).sent(sent.get(i), now);
        }
        if (sent.size() > 1) {
            traceTogether(calls.subList(0, sent.size()));
        }
        withWorkers += sent.size();
        for (int i = sent.size(); i < paid; i++) {
            replies.giveBack();
        }
        return sent.size();
    }

    private static void traceTogether(List<Call> line) {
        CallTrace first = null;
        for (Call call : line) {
            first = call.traceTogether(first);
        }
    }

    private void gaveUp(WorkerPool.GaveUp why) {
        lifecycle.gaveUp(why.reason());
        refuseWaiting();
    }

    /** No worker will come for those that wait. */
    private void refuseWaiting() {
        for (Call call = queue.peek(); call != null; call = queue.peek()) {
            call.end(PredictException.comeBack(FailureKind.NOT_READY, health().reason(), 1));
        }
    }

    /** Says from now on that it is not ready, and serves what still comes. */
    public void drain() {
        loop.check();
        lifecycle.drain();
    }

    /**
     * Takes nothing new, ends what still waits, lets the workers finish what they have and ends them. The future completes
     * when none is left.
     */
    public Future<Void> terminate() {
        loop.check();
        lifecycle.terminate();
        refuseWaiting();
        return pool.stop().onSuccess(stopped -> lifecycle.stopped());
    }

    private void refresh() {
        Stats before = stats;
        if (before.queued() != queue.size() || before.queuedBytes() != queue.bytes()) {
            stats = new Stats(queue.size(), queue.bytes());
        }
    }

    @Override
    public Health health() {
        return lifecycle.health();
    }

    @Override
    public HealthSubscription watchHealth(Consumer<Health> watcher) {
        return lifecycle.watchHealth(watcher);
    }

    /** What waits at this moment. Any thread. */
    public Stats stats() {
        return stats;
    }

    /** What the pool and the calls tell. */
    private final class Events implements WorkerPool.Owner, Call.Owner {
        @Override
        public void mayHaveRoom() {
            handOut();
        }

        @Override
        public void changed(WorkerPool.Stats now) {
            if (now.ready() == 0) {
                estimate.interrupted();
            }
            lifecycle.poolChanged(now);
        }

        @Override
        public int queued() {
            return queue.size();
        }

        @Override
        public void again(Call call) {
            queue.addFirst(call);
            // Once the worker has given back all it had, in their order.
            loop.later(lifecycle.mayServe() ? Dispatcher.this::handOut : Dispatcher.this::refuseWaiting);
        }

        @Override
        public void leftWorker() {
            withWorkers--;
            replies.giveBack();
        }

        @Override
        public void answeredIn(long nanos) {
            estimate.answeredIn(nanos, loop.now());
        }

        @Override
        public long owedInVain() {
            return pool.owedInVain();
        }

        @Override
        public void leftQueue(Call call) {
            queue.left(call);
            if (queue.ordinary() == 0) {
                batchWait.end();
            }
            if (queue.size() == 0) {
                estimate.interrupted();
            }
            refresh();
        }
    }
}
