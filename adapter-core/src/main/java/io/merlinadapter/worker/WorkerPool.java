package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Child;
import io.merlinadapter.protocol.Capabilities;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The set of workers: chooses the one that gets a request, and starts a successor for each that ends. Event loop only, but
 * for {@link #stats()} and {@link #takesArrowTables()}.
 */
public final class WorkerPool {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
    private final EventLoop loop;
    private final Habits habits = new Habits();
    private final PoolResources resources;
    private final List<WorkerSlot> slots = new ArrayList<>();
    private final Restarts restarts;
    private final Recycler recycler;
    private final ShortageLog shortageLog;
    private final UsageSampler usageSampler;
    private final StartWatch startWatch;
    private final Promise<Void> firstReady = Promise.promise();
    private final Promise<GaveUp> gaveUp = Promise.promise();
    private final Promise<Void> stopped = Promise.promise();
    private Owner owner = new Owner() {};
    private volatile Stats stats;
    private int turn;
    /** True when nothing is started any more. */
    private boolean over;

    private boolean stopping;

    /**
     * The pool at one moment.
     *
     * @param ready workers that take requests
     * @param workers workers that are configured
     * @param due workers that are ready or on their way; less than {@code workers} only where one can't be ended
     * @param capacity requests that the ready workers can hold together
     * @param inFlight requests that children have and have not answered
     */
    public record Stats(int ready, int workers, int due, int capacity, int inFlight) {
        /** The figures that every change of state is logged with. */
        public String describe(int queued) {
            return "workers (ready=" + ready + "/" + workers + ", in flight=" + inFlight + ", queued=" + queued + ")";
        }
    }

    /**
     * Why no worker will ever be ready.
     *
     * @param reason for callers, in the adapter's own words
     * @param detailed the same with what the program or the system said, for the log
     * @param lastWords the last lines that the last child wrote to its stderr
     */
    public record GaveUp(String reason, String detailed, List<String> lastWords) {}

    /**
     * One worker at one moment.
     *
     * @param state in lower case
     * @param pid of its process; 0 while there is none
     * @param served callers that it has answered
     * @param ageNanos since it was started
     * @param ability what its program has said that it can do, or what is taken of that
     */
    public record View(int number, String state, long pid, int inFlight, int served, long ageNanos, Ability ability) {}

    /** Told what the pool's callers need to know; does nothing by default. */
    public interface Owner {
        /** A worker may have room again. */
        default void mayHaveRoom() {}

        /** A worker is in another state. */
        default void changed(Stats now) {}

        /** How many requests wait in front of the pool, for the log. */
        default int queued() {
            return 0;
        }
    }

    /** A pool that has not started anything yet. */
    public WorkerPool(WorkerSettings settings, PoolResources resources) {
        this.loop = resources.loop();
        this.resources = resources;
        this.stats = new Stats(0, settings.workers(), settings.workers(), 0, 0);
        this.restarts = new Restarts(settings.restarts(), settings.workers(), resources.random(), loop::now);
        this.recycler = new Recycler(settings.recycling(), resources, slots, restarts);
        this.shortageLog = new ShortageLog(loop::now);
        this.usageSampler = new UsageSampler(resources, slots, recycler::measured);
        this.startWatch = new StartWatch(resources, slots);
        Events events = new Events();
        for (int number = 0; number < settings.workers(); number++) {
            slots.add(new WorkerSlot(number, loop, (of, proven) -> {
                startWatch.started();
                return Worker.launch(of, settings, resources, habits, events, proven);
            }));
        }
    }

    /** True if the program takes tables as Arrow. Any thread. */
    public boolean takesArrowTables() {
        return habits.tables() == Capabilities.Tables.ARROW;
    }

    /** Tells {@code owner} from now on. To be called before the start. */
    public void setOwner(Owner owner) {
        this.owner = owner;
    }

    /** Starts all workers. The future completes when the first of them is ready. */
    public Future<Void> start() {
        loop.check();
        slots.forEach(slot -> slot.start(false));
        usageSampler.start();
        return firstReady.future();
    }

    /** Completes, on the event loop, if there is no hope that a worker will ever be ready. */
    public Future<GaveUp> gaveUp() {
        return gaveUp.future();
    }

    /**
     * The room of the worker that {@link #send} would choose now; null if none has any.
     *
     * @param forSuspect true for a request that {@link WorkerRequest#isSuspect()}
     */
    public @Nullable Room room(boolean forSuspect) {
        Worker next = leastBusy(forSuspect);
        return next == null ? null : next.room();
    }

    /**
     * For how long all ready workers have owed answers that no caller waits for any more, in nanoseconds; 0 if that is not so.
     */
    public long owedInVain() {
        return slots.stream()
                .flatMap(slot -> slot.workers().stream())
                .filter(worker -> worker.state() == Worker.State.READY)
                .mapToLong(Worker::owedInVain)
                .min()
                .orElse(0);
    }

    /**
     * Gives requests, on one line, to the least busy worker that has room, by turns, or only the first of them, where there is no
     * memory; null if there is none, or it turned out to read no more.
     *
     * @param requests no more than {@link #room} says, and if one of them is a suspect, it alone
     */
    public @Nullable List<InFlight> send(List<? extends WorkerRequest> requests) {
        Worker next = leastBusy(requests.get(0).isSuspect());
        if (next == null) {
            return null;
        }
        turn = (next.number() + 1) % slots.size();
        List<InFlight> sent = next.send(requests);
        if (sent != null) {
            refresh();
        }
        return sent;
    }

    /**
     * Replaces every worker because the program has changed: the successor of each is ready before it goes, and if that does
     * not become ready, the old one stays, and so do all others. No failure of that kind counts towards giving up. One that
     * has not become ready yet is started again at once.
     */
    public Future<Renewed> renew(String why) {
        loop.check();
        return recycler.renew(why);
    }

    /** All workers, also those that leave and those that are to come. */
    public List<View> view() {
        loop.check();
        return workers().stream().map(WorkerPool::view).toList();
    }

    private static View view(Worker worker) {
        Child child = worker.child();
        return new View(
                worker.number(),
                worker.state().name().toLowerCase(Locale.ROOT),
                child == null ? 0 : child.pid(),
                worker.load(),
                worker.served(),
                worker.ageNanos(),
                worker.ability());
    }

    private @Nullable Worker leastBusy(boolean forSuspect) {
        Worker best = null;
        for (int i = 0; i < slots.size(); i++) {
            Worker worker = slots.get((turn + i) % slots.size()).worker();
            if (worker != null
                    && worker.canTake()
                    && (best == null || worker.load() < best.load())
                    && !(forSuspect && worker.hasSuspect())) {
                best = worker;
            }
        }
        return best;
    }

    /** The pool as it was after its last change. Any thread. */
    public Stats stats() {
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
            if (worker.state() == Worker.State.DRAINING) {
                worker.terminate(DeathReason.RECYCLED, Cause.of("the time to finish (--drain-timeout) is over"));
            }
        }
    }

    /** Those of all slots, in a list of its own: a slot may change meanwhile. */
    private List<Worker> workers() {
        return slots.stream().flatMap(slot -> slot.workers().stream()).toList();
    }

    /**
     * Lets every worker finish what it has and ends it; the future completes when none is left, nor any process of their
     * groups.
     */
    public Future<Void> stop() {
        loop.check();
        stopping = true;
        startNoMore();
        usageSampler.stop();
        workers().forEach(worker -> worker.drain(DeathReason.RECYCLED, "the adapter is stopping"));
        checkStopped();
        return stopped.future();
    }

    private void startNoMore() {
        over = true;
        recycler.stop();
        slots.forEach(WorkerSlot::close);
    }

    private void checkStopped() {
        boolean left = workers().stream().anyMatch(worker -> worker.state() != Worker.State.DEAD);
        if (stopping && !left) {
            // What they have left behind may still have to be ended.
            resources.starter().afterwards(() -> loop.later(stopped::tryComplete));
        }
    }

    private void refresh() {
        int ready = 0;
        int due = 0;
        int inFlight = 0;
        int capacity = 0;
        for (WorkerSlot slot : slots) {
            for (Worker worker : slot.workers()) {
                boolean isReady = worker.state() == Worker.State.READY;
                ready += isReady ? 1 : 0;
                capacity += isReady ? worker.capacity() : 0;
                due += worker.isDue() ? 1 : 0;
                // What a dead one owed is being written off.
                inFlight += worker.state() == Worker.State.DEAD ? 0 : worker.load();
            }
        }
        stats = new Stats(ready, slots.size(), due, capacity, inFlight);
    }

    private void replace(Worker dead, Worker.Death death) {
        WorkerSlot slot = slots.get(dead.number());
        if (death.reason() == DeathReason.RECYCLED || death.reason() == DeathReason.FAILING) {
            slot.start(false);
            return;
        }
        if (death.shortage() != null) {
            shortageLog.tell(dead, death.shortage());
        } else {
            restarts.ended(dead.number(), dead.served() > 0, dead.readyNanos(), death.how());
            if (restarts.areHopeless() && stats.ready() == 0) {
                giveUp(dead, death.cause());
                return;
            }
        }
        Duration wait = restarts.nextWait(dead.number());
        LOG.info("{}: next start in {} ms", dead, wait.toMillis());
        slot.startAfter(wait, dead.served() > 0);
    }

    /** Unless they are to be seen without that: whoever gives up tells them, and what stands right above need not come twice. */
    private void tellLastWords(Worker dead) {
        List<String> words = dead.lastWords();
        if (!dead.isPlanned()
                && !words.isEmpty()
                && !dead.areLastWordsInSight()
                && !gaveUp.future().isComplete()) {
            LOG.warn("{}: its last words on stderr:\n  {}", dead, String.join("\n  ", words));
        }
    }

    private void giveUp(Worker dead, Cause last) {
        String why = restarts.inVain();
        startNoMore();
        List<String> words = dead.lastWords();
        String said = LastWords.telling(words);
        gaveUp.tryComplete(new GaveUp(why + last.forCallers(), why + last.forLog() + said, words));
    }

    /** What the workers tell. */
    private final class Events implements Worker.Owner {
        @Override
        public void mayHaveRoom(Worker worker) {
            refresh();
            if (worker.noteAnswers()) {
                restarts.answered(worker.number());
            }
            recycler.consider(worker);
            owner.mayHaveRoom();
        }

        @Override
        public void moved(Worker worker, String why) {
            refresh();
            WorkerSlot slot = slots.get(worker.number());
            resources.metrics().workerIsUp(slot.number(), slot.isUp());
            // Bad is an end that nobody asked for.
            boolean bad = !worker.isPlanned() && worker.state().isEnd();
            LOG.atLevel(bad ? Level.WARN : Level.INFO)
                    .log("{}: {}, {}; {}", worker, worker.state(), why, stats.describe(owner.queued()));
            owner.changed(stats);
            if (worker.state() == Worker.State.READY) {
                slot.handOver(worker);
                recycler.ready(worker);
                firstReady.tryComplete();
            }
        }

        @Override
        public void ended(Worker worker, Worker.Death death) {
            refresh();
            if (worker.noteAnswers()) {
                restarts.answered(worker.number());
            }
            resources.metrics().workerDied(death.reason());
            WorkerSlot slot = slots.get(worker.number());
            boolean wasSuccessor = slot.isSuccessor(worker);
            boolean hasSuccessor = slot.remove(worker);
            recycler.ended(worker, wasSuccessor, death.cause());
            if (stopping) {
                checkStopped();
            } else if (!hasSuccessor && !over) {
                replace(worker, death);
            }
            tellLastWords(worker);
        }
    }
}
