package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Child;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Replaces workers that have served for long enough, or badly enough, one at a time, so that callers notice nothing: the
 * successor is ready before the old worker takes no more, if there is memory for both. Event loop only.
 */
final class Recycler {
    private static final Logger LOG = LoggerFactory.getLogger(Recycler.class);
    /** The least time between two replacements of workers that fail: where that does not help, more would not either. */
    static final Duration BETWEEN_FAILING = Duration.ofMinutes(1);
    /** By so much of it, at most, --max-requests is more or less: workers of the same age are not to go in step. */
    static final double JITTER = 0.1;

    private final WorkerSettings.RecyclingSettings settings;
    private final PoolResources resources;
    private final List<WorkerSlot> slots;
    private final Restarts restarts;
    /** The slot whose worker is being replaced. */
    private @Nullable WorkerSlot busy;

    /** How many answers each worker may give. */
    private final Map<Worker, Long> quotas = new HashMap<>();

    /** Workers that are to go once another has been replaced, with what the log is to say. */
    private final Map<Worker, String> waiting = new LinkedHashMap<>();

    /** The replacement of all of them that is under way. */
    private @Nullable Renewal renewal;

    private @Nullable Worker warnedOf;
    private boolean hasReplacedFailing;
    private long replacedFailingAt;
    private boolean stopped;

    Recycler(
            WorkerSettings.RecyclingSettings settings,
            PoolResources resources,
            List<WorkerSlot> slots,
            Restarts restarts) {
        this.settings = settings;
        this.resources = resources;
        this.slots = slots;
        this.restarts = restarts;
    }

    /** Nothing is replaced from now on. */
    void stop() {
        stopped = true;
        if (renewal != null) {
            renewal.overtaken();
        }
    }

    /**
     * Replaces all workers, one at a time, as the program has changed. What only starts is of no use and ends at once; and
     * where a successor does not become ready, it is not tried again: nothing would be different.
     */
    Future<Renewed> renew(String why) {
        if (renewal != null) {
            renewal.overtaken();
        }
        Renewal now = new Renewal(slots);
        renewal = now;
        if (stopped) {
            now.overtaken();
        }
        for (WorkerSlot slot : slots) {
            Worker serving = slot.worker();
            if (serving != null && serving.state() == Worker.State.READY) {
                waiting.put(serving, why);
            }
            for (Worker one : slot.workers()) {
                if (one.state() == Worker.State.STARTING && !stopped) {
                    one.terminate(DeathReason.RECYCLED, Cause.of(why));
                }
            }
            slot.startNow();
        }
        next();
        return now.outcome();
    }

    /** A worker is ready. */
    void ready(Worker worker) {
        if (renewal != null) {
            renewal.ready(worker);
        }
    }

    /** A worker may have answered something. */
    void consider(Worker worker) {
        if (settings.maxRequests() > 0 && worker.served() >= quotaOf(worker)) {
            recycle(worker, DeathReason.RECYCLED, "it has answered " + worker.served() + " requests (--max-requests)");
        }
        if (isFailing(worker)) {
            FailureStreak failures = worker.failures();
            recycle(
                    worker,
                    DeathReason.FAILING,
                    "it has failed its last " + failures.length() + " predictions, the last by " + failures.last()
                            + (slots.size() == 1 ? "" : ", while others succeed") + " (--bad-streak)");
        }
    }

    private long quotaOf(Worker worker) {
        return quotas.computeIfAbsent(
                worker,
                one -> Math.round(settings.maxRequests()
                        * (1 + JITTER * (2 * resources.random().getAsDouble() - 1))));
    }

    private boolean isFailing(Worker worker) {
        FailureStreak failures = worker.failures();
        return settings.badStreak() > 0
                && failures.length() >= settings.badStreak()
                && (slots.size() == 1 || failures.othersSucceed())
                && !(hasReplacedFailing && resources.loop().now() - replacedFailingAt < BETWEEN_FAILING.toNanos());
    }

    /** The processes of a worker hold {@code bytes} of memory. */
    void measured(Worker worker, long bytes) {
        boolean tooMuch = settings.maxRss() > 0 && bytes > settings.maxRss();
        if (!tooMuch || stopped || worker.state() != Worker.State.READY) {
            return;
        }
        String why = "it holds " + (bytes >> 20) + " MiB, more than --max-rss (" + (settings.maxRss() >> 20) + " MiB)";
        if (restarts.isStable(worker.readyNanos())) {
            if (busy == null) {
                recycle(worker, DeathReason.RECYCLED, why);
            } else {
                // Its turn comes before that of a successor that has grown as large by the next look.
                waiting.put(worker, why);
            }
        } else if (warnedOf != worker) {
            // To replace it again and again would help nobody.
            warnedOf = worker;
            LOG.warn(
                    "{}: {}, soon after its start; it is left alone until --stable-after; raise --max-rss",
                    worker,
                    why);
        }
    }

    private void recycle(Worker worker, DeathReason reason, String why) {
        WorkerSlot slot = slots.get(worker.number());
        Child child = worker.child();
        if (busy == null
                && !stopped
                && child != null
                && worker.state() == Worker.State.READY
                && slot.worker() == worker
                && slot.workers().size() == 1) {
            busy = slot;
            if (reason == DeathReason.FAILING) {
                hasReplacedFailing = true;
                replacedFailingAt = resources.loop().now();
            }
            EventLoop loop = resources.loop();
            loop.offLoop(() -> resources.transport().allowsTwoAtOnce()
                            && resources.starter().hasRoomFor(child.residentBytes()))
                    .onComplete((room, failure) ->
                            loop.run(() -> replace(slot, worker, reason, why, failure == null && room)));
        }
    }

    private void replace(WorkerSlot slot, Worker worker, DeathReason reason, String why, boolean roomForBoth) {
        if (stopped || slot.worker() != worker || worker.state() != Worker.State.READY) {
            finished(slot);
        } else if (roomForBoth) {
            LOG.atLevel(reason == DeathReason.FAILING ? Level.WARN : Level.INFO)
                    .log("{}: {}; its successor is started", worker, why);
            slot.startSuccessor(reason, why);
        } else {
            worker.drain(
                    reason,
                    why
                            + (resources.transport().allowsTwoAtOnce()
                                    ? ", and memory does not suffice for two"
                                    : ", and two can't have the same address"));
        }
    }

    /** The replacement in this slot is over; another one may be under way by now. */
    private void finished(WorkerSlot slot) {
        if (slot == busy) {
            free();
        }
    }

    /** A worker has ended, of which {@code wasSuccessor} says that it was to take the place of another one. */
    void ended(Worker worker, boolean wasSuccessor, Cause cause) {
        quotas.remove(worker);
        waiting.remove(worker);
        boolean isOutdated = renewal != null && renewal.isOutdated(worker);
        boolean isInVain = renewal != null && !stopped && renewal.ended(worker, cause);
        if (isInVain) {
            // The others would fare no better.
            waiting.clear();
        }
        WorkerSlot slot = slots.get(worker.number());
        if (slot != busy) {
            return;
        }
        if (wasSuccessor && !stopped && !isOutdated) {
            LOG.warn("{}: its successor did not become ready; the old one goes on", worker);
            Duration wait = isInVain ? Duration.ZERO : restarts.nextWait(worker.number());
            resources.loop().after(wait, () -> finished(slot));
        } else {
            free();
        }
    }

    private void free() {
        busy = null;
        next();
    }

    /** The next that waits, when what happens now has been seen to. */
    private void next() {
        resources.loop().later(() -> {
            Iterator<Map.Entry<Worker, String>> all = waiting.entrySet().iterator();
            while (busy == null && all.hasNext()) {
                Map.Entry<Worker, String> next = all.next();
                all.remove();
                recycle(next.getKey(), DeathReason.RECYCLED, next.getValue());
            }
        });
    }
}
