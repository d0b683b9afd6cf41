package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.Child;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces workers that have served for long enough, one at a time, so that callers notice nothing: the successor is ready
 * before the old worker takes no more, if there is memory for both. For the loop.
 */
final class Recycler {
    private static final Logger log = LoggerFactory.getLogger(Recycler.class);

    private final WorkerSettings.RecyclingSettings settings;
    private final PoolResources parts;
    private final List<WorkerSlot> seats;
    private final Restarts restarts;
    /** The seat whose worker is being replaced. */
    private @Nullable WorkerSlot busy;

    private @Nullable Worker warnedOf;
    private boolean stopped;

    Recycler(
            WorkerSettings.RecyclingSettings settings, PoolResources parts, List<WorkerSlot> seats, Restarts restarts) {
        this.settings = settings;
        this.parts = parts;
        this.seats = seats;
        this.restarts = restarts;
    }

    /** Nothing is replaced from now on. */
    void stop() {
        stopped = true;
    }

    /** A worker has answered something. */
    void consider(Worker worker) {
        if (settings.maxRequests() > 0 && worker.served() >= settings.maxRequests()) {
            recycle(worker, "it has answered " + worker.served() + " requests (--max-requests)");
        }
    }

    /** The processes of a worker hold so much memory. */
    void weighed(Worker worker, long bytes) {
        boolean tooMuch = settings.maxRss() > 0 && bytes > settings.maxRss();
        if (!tooMuch || stopped || worker.state() != WorkerState.READY) {
            return;
        }
        String why = "it holds " + (bytes >> 20) + " MiB, more than --max-rss (" + (settings.maxRss() >> 20) + " MiB)";
        if (restarts.isStable(worker)) {
            recycle(worker, why);
        } else if (warnedOf != worker) {
            // To replace it again and again would help nobody.
            warnedOf = worker;
            log.warn(
                    "{}: {}, soon after its start; it is left alone until --stable-after; raise --max-rss",
                    worker,
                    why);
        }
    }

    private void recycle(Worker worker, String why) {
        WorkerSlot seat = seats.get(worker.number());
        Child child = worker.signs().child();
        if (busy == null
                && !stopped
                && child != null
                && worker.state() == WorkerState.READY
                && seat.worker() == worker
                && seat.workers().size() == 1) {
            busy = seat;
            EventLoop loop = parts.loop();
            loop.offLoop(() -> parts.channels().allowsTwoAtOnce()
                            && parts.starter().hasRoomFor(child.residentBytes()))
                    .onComplete((room, failure) -> loop.run(() -> replace(seat, worker, why, failure == null && room)));
        }
    }

    private void replace(WorkerSlot seat, Worker worker, String why, boolean roomForBoth) {
        if (stopped || seat.worker() != worker || worker.state() != WorkerState.READY) {
            free(seat);
        } else if (roomForBoth) {
            log.info("{}: {}; its successor is started", worker, why);
            seat.startSuccessor(why);
        } else {
            worker.drain(why
                    + (parts.channels().allowsTwoAtOnce()
                            ? ", and memory does not suffice for two"
                            : ", and two can't have the same address"));
        }
    }

    /** A worker has become ready: if it is a successor, the old one may go. */
    void ready(Worker worker) {
        seats.get(worker.number()).handOver(worker);
    }

    /** The replacement in this seat is over; another one may be under way by now. */
    private void free(WorkerSlot seat) {
        if (seat == busy) {
            busy = null;
        }
    }

    /**
     * A worker has ended.
     *
     * @return whether that was part of a replacement, and calls for no other
     */
    boolean ended(Worker worker) {
        WorkerSlot seat = seats.get(worker.number());
        boolean wasSuccessor = seat.isSuccessor(worker);
        boolean hasHeir = seat.removed(worker);
        if (seat == busy) {
            if (wasSuccessor && !stopped) {
                log.warn("{}: its successor did not become ready; the old one goes on", worker);
                parts.loop().after(restarts.nextWait(), () -> free(seat));
            } else {
                busy = null;
            }
        }
        return hasHeir;
    }
}
