package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.DeathReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The set of workers: which of them gets a request, and a successor for each that ends. For the loop, but for
 * {@link #stats()}.
 */
public final class WorkerPool {
    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    private final EventLoop loop;
    private final PoolResources parts;
    private final List<WorkerSlot> seats = new ArrayList<>();
    private final Restarts restarts;
    private final Recycler recycler;
    private final UsageSampler census;
    private final Promise<Void> firstReady = Promise.promise();
    private final Promise<GaveUp> gaveUp = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();

    private volatile PoolStats stats;
    private Runnable roomListener = () -> {};
    private IntSupplier queued = () -> 0;
    private Consumer<PoolStats> changeListener = pool -> {};
    private int turn;
    private boolean stopping;

    /** A pool that has not started anything yet. */
    public WorkerPool(WorkerSettings settings, PoolResources parts) {
        this.loop = parts.loop();
        this.parts = parts;
        this.stats = new PoolStats(0, settings.workers(), settings.workers(), 0, 0);
        this.restarts = new Restarts(settings.restarts(), settings.workers());
        this.recycler = new Recycler(settings.recycling(), parts, seats, restarts);
        this.census = new UsageSampler(parts, seats, recycler::weighed);
        Launcher launcher = new Launcher(settings, parts, new Events());
        for (int number = 0; number < settings.workers(); number++) {
            seats.add(new WorkerSlot(number, loop, launcher));
        }
    }

    /** Has {@code listener} called whenever a worker may have room again. */
    public void onRoom(Runnable listener) {
        this.roomListener = listener;
    }

    /** Has {@code listener} called whenever a worker changes its state. */
    public void onChange(Consumer<PoolStats> listener) {
        this.changeListener = listener;
    }

    /** Has the log told how many requests wait in front of the pool. */
    public void showQueued(IntSupplier queued) {
        this.queued = queued;
    }

    /** Starts all workers. The future completes when the first of them is ready. */
    public Future<Void> start() {
        loop.check();
        seats.forEach(seat -> seat.start(false));
        census.begin();
        return firstReady.future();
    }

    /** Completes, on the loop, if there is no hope that a worker will ever be ready. */
    public Future<GaveUp> gaveUp() {
        return gaveUp.future();
    }

    /** Gives a request to the least busy worker that has room; null if there is none. */
    public @Nullable Slot send(WorkerRequest exchange) {
        for (Worker worker = leastBusy(); worker != null; worker = leastBusy()) {
            Slot slot = worker.send(exchange);
            if (slot != null) {
                refresh();
                return slot;
            }
        }
        return null;
    }

    private @Nullable Worker leastBusy() {
        Worker best = null;
        for (int i = 0; i < seats.size(); i++) {
            Worker worker = seats.get((turn + i) % seats.size()).worker();
            if (worker != null && worker.canTake() && (best == null || worker.load() < best.load())) {
                best = worker;
            }
        }
        if (best != null) {
            turn = (best.number() + 1) % seats.size();
        }
        return best;
    }

    /** The pool as it was after its last change. Any thread. */
    public PoolStats stats() {
        return stats;
    }

    /** Ends every worker that is left at once, whoever waits for it. */
    public void hurry() {
        loop.check();
        workers().forEach(Worker::hurry);
    }

    /** Ends, step by step, every worker that still works on something: the time to finish is over. */
    public void endDraining() {
        loop.check();
        for (Worker worker : workers()) {
            if (worker.state() == WorkerState.DRAINING) {
                worker.terminate(DeathReason.RECYCLED, "the time to finish (--drain-timeout) is over");
            }
        }
    }

    /** Those of all seats, in a list of its own: a seat may change meanwhile. */
    private List<Worker> workers() {
        return seats.stream().flatMap(seat -> seat.workers().stream()).toList();
    }

    /**
     * Lets every worker finish what it has and ends it; the future completes when none is left, nor any process of their
     * groups.
     */
    public Future<Void> stop() {
        loop.check();
        stopping = true;
        recycler.stop();
        census.stop();
        seats.forEach(WorkerSlot::close);
        workers().forEach(worker -> worker.drain("the adapter is stopping"));
        checkStopped();
        return stopped.future();
    }

    private void checkStopped() {
        boolean left = workers().stream().anyMatch(worker -> worker.state() != WorkerState.DEAD);
        if (stopping && !left) {
            // What they have left behind may still have to be ended.
            parts.starter().afterwards(() -> loop.later(stopped::tryComplete));
        }
    }

    private void refresh() {
        int ready = 0;
        int due = 0;
        int inFlight = 0;
        int places = 0;
        for (WorkerSlot seat : seats) {
            for (Worker worker : seat.workers()) {
                ready += worker.state() == WorkerState.READY ? 1 : 0;
                places += worker.state() == WorkerState.READY ? worker.capacity() : 0;
                due += worker.isDue() ? 1 : 0;
                // What a dead one owed is being written off.
                inFlight += worker.state() == WorkerState.DEAD ? 0 : worker.load();
            }
        }
        stats = new PoolStats(ready, seats.size(), due, places, inFlight);
    }

    private void replace(Worker dead, Death death) {
        boolean planned = death.reason() == DeathReason.RECYCLED;
        if (planned) {
            seats.get(dead.number()).start(false);
            return;
        }
        restarts.ended(dead, death);
        if (restarts.areHopeless() && stats.ready() == 0) {
            gaveUp.tryComplete(
                    new GaveUp(restarts.inVain() + death.cause(), dead.signs().lastWords()));
            return;
        }
        Duration wait = restarts.nextWait();
        log.info("{}: next start in {} ms", dead, wait.toMillis());
        seats.get(dead.number()).startAfter(wait, dead.served() > 0);
    }

    /** What the workers tell. */
    private final class Events implements WorkerOwner {
        @Override
        public void hasRoom(Worker worker) {
            refresh();
            recycler.consider(worker);
            roomListener.run();
        }

        @Override
        public void moved(Worker worker, String why) {
            refresh();
            showUp(seats.get(worker.number()));
            Level level = isBad(worker) ? Level.WARN : Level.INFO;
            log.atLevel(level).log("{}: {}, {}; {}", worker, worker.state(), why, stats.describe(queued.getAsInt()));
            changeListener.accept(stats);
            if (worker.state() == WorkerState.READY) {
                recycler.ready(worker);
                firstReady.tryComplete();
            }
        }

        private void showUp(WorkerSlot seat) {
            boolean up = seat.workers().stream().anyMatch(worker -> worker.state() == WorkerState.READY);
            parts.metrics().workerIsUp(seat.number(), up);
        }

        /** It ends although nobody asked it to. */
        private static boolean isBad(Worker worker) {
            return !worker.isRetired() && !worker.state().mayBecome(WorkerState.TERMINATING);
        }

        @Override
        public void dead(Worker worker, Death death) {
            refresh();
            parts.metrics().workerDied(death.reason());
            List<String> lastWords = worker.signs().lastWords();
            if (!worker.isRetired() && !lastWords.isEmpty()) {
                log.warn("{}: its last words on stderr:\n  {}", worker, String.join("\n  ", lastWords));
            }
            boolean hasHeir = recycler.ended(worker);
            if (stopping) {
                checkStopped();
            } else if (!hasHeir) {
                replace(worker, death);
            }
        }
    }
}
