package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.Child;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces workers that have served for long enough, one at a time, so that callers notice nothing: the successor is ready
 * before the old worker takes no more, if there is memory for both. Event loop only.
 */
final class Recycler {
    private static final Logger LOG = LoggerFactory.getLogger(Recycler.class);

    private final WorkerSettings.RecyclingSettings settings;
    private final PoolResources resources;
    private final List<WorkerSlot> slots;
    private final Restarts restarts;
    /** The slot whose worker is being replaced. */
    private @Nullable WorkerSlot busy;

    private @Nullable Worker warnedOf;
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
    }

    /** A worker may have answered something. */
    void consider(Worker worker) {
        if (settings.maxRequests() > 0 && worker.served() >= settings.maxRequests()) {
            recycle(worker, "it has answered " + worker.served() + " requests (--max-requests)");
        }
    }

    /** The processes of a worker hold {@code bytes} of memory. */
    void measured(Worker worker, long bytes) {
        boolean tooMuch = settings.maxRss() > 0 && bytes > settings.maxRss();
        if (!tooMuch || stopped || worker.state() != Worker.State.READY) {
            return;
        }
        String why = "it holds " + (bytes >> 20) + " MiB, more than --max-rss (" + (settings.maxRss() >> 20) + " MiB)";
        if (restarts.isStable(worker.readyNanos())) {
            recycle(worker, why);
        } else if (warnedOf != worker) {
            // To replace it again and again would help nobody.
            warnedOf = worker;
            LOG.warn(
                    "{}: {}, soon after its start; it is left alone until --stable-after; raise --max-rss",
                    worker,
                    why);
        }
    }

    private void recycle(Worker worker, String why) {
        WorkerSlot slot = slots.get(worker.number());
        Child child = worker.child();
        if (busy == null
                && !stopped
                && child != null
                && worker.state() == Worker.State.READY
                && slot.worker() == worker
                && slot.workers().size() == 1) {
            busy = slot;
            EventLoop loop = resources.loop();
            loop.offLoop(() -> resources.transport().allowsTwoAtOnce()
                            && resources.starter().hasRoomFor(child.residentBytes()))
                    .onComplete((room, failure) -> loop.run(() -> replace(slot, worker, why, failure == null && room)));
        }
    }

    private void replace(WorkerSlot slot, Worker worker, String why, boolean roomForBoth) {
        if (stopped || slot.worker() != worker || worker.state() != Worker.State.READY) {
            finished(slot);
        } else if (roomForBoth) {
            LOG.info("{}: {}; its successor is started", worker, why);
            slot.startSuccessor(why);
        } else {
            worker.drain(why
                    + (resources.transport().allowsTwoAtOnce()
                            ? ", and memory does not suffice for two"
                            : ", and two can't have the same address"));
        }
    }

    /** The replacement in this slot is over; another one may be under way by now. */
    private void finished(WorkerSlot slot) {
        if (slot == busy) {
            busy = null;
        }
    }

    /** A worker has ended, of which {@code wasSuccessor} says that it was to take the place of another one. */
    void ended(Worker worker, boolean wasSuccessor) {
        WorkerSlot slot = slots.get(worker.number());
        if (slot != busy) {
            return;
        }
        if (wasSuccessor && !stopped) {
            LOG.warn("{}: its successor did not become ready; the old one goes on", worker);
            resources.loop().after(restarts.nextWait(worker.number()), () -> finished(slot));
        } else {
            busy = null;
        }
    }
}
