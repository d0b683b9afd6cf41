package io.merlinadapter.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When the next child is started after one has ended, and whether there is still hope, for the whole pool. What ends with a
 * request inside is laid at that request's door: callers must not be able to take the adapter down. For the loop.
 */
final class Restarts {
    private final WorkerSettings.RestartSettings settings;
    private final int workers;
    private final BackOff backOff;
    /** Workers that ended last with a request inside, and may well start again. */
    private final Set<Integer> excused = new HashSet<>();

    private int startsInVain;

    Restarts(WorkerSettings.RestartSettings settings, int workers) {
        this.settings = settings;
        this.workers = workers;
        this.backOff = new BackOff(
                settings.backOff(),
                settings.backOffMax(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** A worker has ended of which nobody asked it. */
    void ended(Worker dead, Death death) {
        // A program that has answered is worth a prompt start: only those that die without an answer are slowed down.
        if (dead.served() > 0 || isStable(dead)) {
            backOff.reset();
            startsInVain = 0;
            excused.clear();
        } else if (death.inside() == 0) {
            startsInVain++;
            excused.remove(dead.number());
        } else {
            excused.add(dead.number());
        }
    }

    /** Whether it has been ready for a while. */
    boolean isStable(Worker worker) {
        return worker.readyNanos() >= settings.stableAfter().toNanos();
    }

    /** Whether enough starts in a row were in vain. Every seat gets another try after the first round. */
    boolean areHopeless() {
        return settings.giveUpAfter() > 0 && excused.isEmpty() && startsInVain >= settings.giveUpAfter() + workers - 1;
    }

    /** The beginning of a sentence that says why there is no hope. */
    String inVain() {
        return startsInVain + (startsInVain == 1 ? " start" : " starts")
                + " in a row ended without a single answer (--give-up-after=" + settings.giveUpAfter()
                + "); the last one: ";
    }

    /** The wait before the next start, which is longer each time. */
    Duration nextWait() {
        return backOff.next();
    }
}
