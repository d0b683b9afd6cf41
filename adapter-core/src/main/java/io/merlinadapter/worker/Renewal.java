package io.merlinadapter.worker;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * One replacement of all workers by those of a program that has changed: over when each place has a ready one that was
 * started since, or when one of these has ended before it was ready. Event loop only.
 */
final class Renewal {
    /** All that were there when it began. */
    private final Set<Worker> outdated = Collections.newSetFromMap(new IdentityHashMap<>());

    /** The numbers of the places that have no new one. */
    private final Set<Integer> left = new HashSet<>();

    private final Promise<Renewed> outcome = Promise.promise();

    Renewal(List<WorkerSlot> slots) {
        for (WorkerSlot slot : slots) {
            outdated.addAll(slot.workers());
            left.add(slot.number());
        }
    }

    Future<Renewed> outcome() {
        return outcome.future();
    }

    /** True of a worker that was started before. */
    boolean isOutdated(Worker worker) {
        return outdated.contains(worker);
    }

    void ready(Worker worker) {
        if (!isOutdated(worker) && left.remove(worker.number()) && left.isEmpty()) {
            outcome.tryComplete(new Renewed(Renewed.Outcome.DONE, "", List.of()));
        }
    }

    /** Returns true if the renewal has failed by this end. */
    boolean ended(Worker worker, Cause cause) {
        return !isOutdated(worker)
                && worker.readyNanos() == 0
                && outcome.tryComplete(new Renewed(Renewed.Outcome.FAILED, cause.forLog(), worker.lastWords()));
    }

    /** Another one has begun, or nothing is started any more. */
    void overtaken() {
        outcome.tryComplete(new Renewed(Renewed.Outcome.OVERTAKEN, "", List.of()));
    }
}
