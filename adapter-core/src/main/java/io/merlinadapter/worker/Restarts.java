package io.merlinadapter.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * When the next child is started after one has ended, and whether to give up, for the whole pool. The wait doubles, with a
 * jitter so that the pods of one deployment do not start in step. A death with a caller's request in flight is blamed on
 * the request: callers must not be able to take the adapter down. Event loop only.
 */
final class Restarts {
    private static final double JITTER = 0.2;
    /** Doublings after which the number would overflow; every bound is reached before. */
    private static final int MOST_DOUBLINGS = 30;

    private final WorkerSettings.RestartSettings settings;
    private final int workers;
    private final DoubleSupplier random;
    /** Numbers of workers that ended last with a request in flight, and may well start again. */
    private final Set<Integer> excused = new HashSet<>();

    private int failures;
    private int startsInVain;

    /** @param random numbers from 0 to 1 */
    Restarts(WorkerSettings.RestartSettings settings, int workers, DoubleSupplier random) {
        this.settings = settings;
        this.workers = workers;
        this.random = random;
    }

    /**
     * A worker has ended although nobody asked it to.
     *
     * @param served true if it has answered a caller
     * @param readyNanos how long it was ready
     * @param blamesRequest true if the child had read a caller's request and not answered it
     */
    void ended(int worker, boolean served, long readyNanos, boolean blamesRequest) {
        // A program that has answered is worth a prompt start: only those that die without an answer are slowed down.
        if (served || isStable(readyNanos)) {
            failures = 0;
            startsInVain = 0;
            excused.clear();
        } else if (blamesRequest) {
            excused.add(worker);
        } else {
            startsInVain++;
            excused.remove(worker);
        }
    }

    /** True if a worker that was ready for {@code readyNanos} has proved itself: its end counts as the first. */
    boolean isStable(long readyNanos) {
        return readyNanos >= settings.stableAfter().toNanos();
    }

    /** True if enough starts in a row were in vain. Each further worker is allowed one more. */
    boolean areHopeless() {
        return settings.giveUpAfter() > 0 && excused.isEmpty() && startsInVain >= settings.giveUpAfter() + workers - 1;
    }

    /** The beginning of a sentence that says why the adapter gives up; the cause of the last death ends it. */
    String inVain() {
        return startsInVain + (startsInVain == 1 ? " start" : " starts")
                + " in a row ended without a single answer (--give-up-after=" + settings.giveUpAfter()
                + "); the last one: ";
    }

    /** The wait before the next start, which is longer each time. */
    Duration nextWait() {
        double millis = settings.backOff().toMillis() * (double) (1L << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        double jitter = 1 + JITTER * (2 * random.getAsDouble() - 1);
        return Duration.ofMillis(
                (long) (Math.min(millis, (double) settings.backOffMax().toMillis()) * jitter));
    }
}
