package io.merlinadapter.worker;

import io.merlinadapter.text.Durations;
import java.time.Duration;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * When the next child is started after one has ended, and whether to give up. The wait doubles, with a jitter so that the
 * pods of one deployment do not start in step. A death with a caller's request in flight is blamed on the request: callers
 * must not be able to take the adapter down. Each worker has a row of its own: many of them, which start side by side, are as
 * patient as one. Event loop only.
 */
final class Restarts {
    /**
     * Once it has served, a program gets at least so much time since its last answer: what makes starts fail then is more
     * likely a mount or a name that is gone for a moment. (As systemd's StartLimitIntervalSec, and OTP's period.)
     */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final double JITTER = 0.2;
    /** Doublings after which the number would overflow; every bound is reached before. */
    private static final int MOST_DOUBLINGS = 30;

    private final WorkerSettings.RestartSettings settings;
    private final DoubleSupplier random;
    private final LongSupplier clock;
    private final List<Row> rows;

    private boolean hasAnswered;
    private long lastAnswerAt;

    /** What became of the last starts of one worker. */
    private static final class Row {
        private int failures;
        private int startsInVain;
        /** It ended last with a request in flight, and may well start again. */
        private boolean excused;
        /** Its present life has answered a caller. */
        private boolean hasAnswered;

        private long lastAnswerAt;

        private void clear() {
            startsInVain = 0;
            excused = false;
        }
    }

    /** How a life has ended, as far as it matters for the next. */
    enum End {
        /** The child had read a caller's request and not answered it. */
        WITH_REQUEST,
        /** Its replies were out of step with its requests: what it has answered proves nothing. */
        IN_DISORDER,
        OTHER
    }

    /**
     * @param random numbers from 0 to 1
     * @param clock tells nanoseconds
     */
    Restarts(WorkerSettings.RestartSettings settings, int workers, DoubleSupplier random, LongSupplier clock) {
        this.settings = settings;
        this.random = random;
        this.clock = clock;
        this.rows = Stream.generate(Row::new).limit(workers).toList();
    }

    /** A worker has answered a caller, now or a moment ago. */
    void answered(int worker) {
        Row row = rows.get(worker);
        row.hasAnswered = true;
        row.lastAnswerAt = clock.getAsLong();
    }

    /**
     * A worker has ended although nobody asked it to.
     *
     * @param served true if it has answered a caller
     * @param readyNanos how long it was ready
     */
    void ended(int worker, boolean served, long readyNanos, End end) {
        Row row = rows.get(worker);
        boolean stable = isStable(readyNanos);
        boolean proved = stable || end != End.IN_DISORDER;
        if (row.hasAnswered && proved) {
            lastAnswerAt = hasAnswered ? Math.max(lastAnswerAt, row.lastAnswerAt) : row.lastAnswerAt;
            hasAnswered = true;
        }
        row.hasAnswered = false;
        // A program that has answered is worth a prompt start: only those that die without an answer are slowed down.
        if (stable || (served && proved)) {
            row.failures = 0;
            rows.forEach(Row::clear);
        } else if (end == End.WITH_REQUEST) {
            row.excused = true;
        } else {
            row.startsInVain++;
            row.excused = false;
        }
    }

    /** True if a worker that was ready for {@code readyNanos} has proved itself: its end counts as the first. */
    boolean isStable(long readyNanos) {
        return readyNanos >= settings.stableAfter().toNanos();
    }

    /** True if enough starts in a row of every worker were in vain, and enough time has passed. */
    boolean areHopeless() {
        return settings.giveUpAfter() > 0
                && rows.stream().allMatch(row -> !row.excused && row.startsInVain >= settings.giveUpAfter())
                && (!hasAnswered() || sinceLastAnswer() >= PATIENCE.toNanos());
    }

    private boolean hasAnswered() {
        return hasAnswered || rows.stream().anyMatch(row -> row.hasAnswered);
    }

    private long sinceLastAnswer() {
        long now = clock.getAsLong();
        long since = hasAnswered ? now - lastAnswerAt : Long.MAX_VALUE;
        for (Row row : rows) {
            since = row.hasAnswered ? Math.min(since, now - row.lastAnswerAt) : since;
        }
        return since;
    }

    /** The beginning of a sentence that says why the adapter gives up; the cause of the last death ends it. */
    String inVain() {
        int starts = rows.stream().mapToInt(row -> row.startsInVain).sum();
        return starts + (starts == 1 ? " start" : " starts")
                + " in a row ended without a single answer (--give-up-after=" + settings.giveUpAfter()
                + (rows.size() > 1 ? " for each of " + rows.size() + " workers" : "")
                + (hasAnswered()
                        ? "; the last answer was given "
                                + Durations.showMillis(sinceLastAnswer() / 1_000_000_000L * 1000) + " ago"
                        : "")
                + "); the last one: ";
    }

    /** The wait before the next start of a worker, which is longer each time. */
    Duration nextWait(int worker) {
        Row row = rows.get(worker);
        double millis = settings.backOff().toMillis() * (double) (1L << Math.min(row.failures, MOST_DOUBLINGS));
        row.failures++;
        double jitter = 1 + JITTER * (2 * random.getAsDouble() - 1);
        return Duration.ofMillis(
                (long) (Math.min(millis, (double) settings.backOffMax().toMillis()) * jitter));
    }
}
