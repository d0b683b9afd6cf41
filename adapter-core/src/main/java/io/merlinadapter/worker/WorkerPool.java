package io.merlinadapter.worker;

import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics.DeathReason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The set of workers: which of them gets a request, and a successor for each that ends. For the loop, but for
 * {@link #stats()}.
 */
public final class WorkerPool {
    private static final Logger log = LoggerFactory.getLogger(WorkerPool.class);

    /** Starts in a row that never became ready, with no worker ready, after which there is no hope. */
    static final int GIVE_UP_AFTER = 5;

    private final Loop loop;
    private final PoolParts parts;
    private final List<Seat> seats = new ArrayList<>();
    private final BackOff backOff =
            new BackOff(() -> ThreadLocalRandom.current().nextDouble());
    private final Promise<Void> firstReady = Promise.promise();
    private final Promise<String> gaveUp = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();

    private final int maxInFlight;
    private volatile PoolStats stats;
    private Runnable roomListener = () -> {};
    private Consumer<PoolStats> changeListener = pool -> {};
    private int turn;
    private int startsInVain;
    private boolean proven;
    private boolean stopping;

    /** A pool that has not started anything yet. */
    public WorkerPool(WorkerSettings settings, PoolParts parts) {
        this.loop = parts.loop();
        this.parts = parts;
        this.maxInFlight = settings.maxInFlight();
        this.stats = new PoolStats(0, settings.workers(), 0, 0);
        for (int number = 0; number < settings.workers(); number++) {
            seats.add(new Seat(number, settings, parts, new Events()));
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

    /** Starts all workers. The future completes when the first of them is ready. */
    public Future<Void> start() {
        loop.check();
        seats.forEach(seat -> seat.start(false));
        return firstReady.future();
    }

    /** Completes, with the reason, if there is no hope that a worker will ever be ready. */
    public Future<String> gaveUp() {
        return gaveUp.future();
    }

    /** Gives a request to the least busy worker that has room; null if there is none. */
    public @Nullable Slot send(Exchange exchange) {
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

    /** Lets every worker finish what it has and ends it; the future completes when none is left. */
    public Future<Void> stop() {
        loop.check();
        stopping = true;
        for (Seat seat : seats) {
            seat.close();
            if (seat.worker() != null) {
                seat.worker().drain();
            }
        }
        checkStopped();
        return stopped.future();
    }

    private void checkStopped() {
        boolean left = seats.stream()
                .map(Seat::worker)
                .anyMatch(worker -> worker != null && worker.state() != WorkerState.DEAD);
        if (stopping && !left) {
            stopped.tryComplete();
        }
    }

    private void refresh() {
        int ready = 0;
        int inFlight = 0;
        for (Seat seat : seats) {
            Worker worker = seat.worker();
            if (worker != null) {
                ready += worker.state() == WorkerState.READY ? 1 : 0;
                inFlight += worker.load();
            }
        }
        stats = new PoolStats(ready, seats.size(), ready * maxInFlight, inFlight);
    }

    private void replace(Worker dead) {
        if (dead.readyNanos() >= BackOff.STABLE.toNanos()) {
            backOff.reset();
        }
        startsInVain = dead.readyNanos() > 0 ? 0 : startsInVain + 1;
        if (startsInVain >= GIVE_UP_AFTER && stats.ready() == 0) {
            gaveUp.tryComplete(startsInVain + " starts in a row ended before the program was ready");
            return;
        }
        var wait = backOff.next();
        log.info("{}: next start in {} ms", dead, wait.toMillis());
        seats.get(dead.number()).startAfter(wait, proven);
    }

    /** What the workers tell. */
    private final class Events implements Worker.Owner {
        @Override
        public void hasRoom(Worker worker) {
            refresh();
            roomListener.run();
        }

        @Override
        public void moved(Worker worker, String why) {
            refresh();
            log.info("{}: {}, {}; {}", worker, worker.state(), why, stats);
            changeListener.accept(stats);
            if (worker.state() == WorkerState.READY) {
                firstReady.tryComplete();
            }
        }

        @Override
        public void answeredOnce() {
            proven = true;
        }

        @Override
        public void dead(Worker worker, DeathReason reason) {
            parts.metrics().workerDied(reason);
            if (stopping) {
                checkStopped();
            } else {
                replace(worker);
            }
        }
    }
}
