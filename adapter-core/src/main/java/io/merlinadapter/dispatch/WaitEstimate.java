package io.merlinadapter.dispatch;

import java.time.Duration;

/**
 * How long a new call would wait for a worker. While calls wait, every place that gets free is handed out at once, so the
 * pace at which that happens is the pace of the pool, whatever its workers do at a time. Before any have waited it follows
 * from how long answers take. Both are kept as the time that one place is taken for one answer, so that a worker more or
 * less is felt at once. What is older than {@link #MEMORY} hardly counts; where that holds only a few answers, the last few
 * do. Event loop only.
 */
final class WaitEstimate {
    /** Answers before which nothing is estimated: the first are often unlike those that follow. */
    static final int LEAST_ANSWERS = 5;
    /** After so long without a call, it is not known any more how fast the program is. */
    static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(10);
    /** For how long an answer counts. */
    private static final Duration MEMORY = Duration.ofMillis(500);
    /** For how long the pace of a full pool counts while it is not full. */
    private static final Duration LULL = Duration.ofSeconds(5);
    /** Of a slow program so many answers count, however long they took. */
    private static final int LEAST_REMEMBERED = 8;

    private final Mean answers = new Mean();
    /** The time of all places between two calls that were handed out while others waited. */
    private final Mean turns = new Mean();

    private int seen;
    private long lastAnswerAt;
    private long lastTurnAt;
    /** True if calls have waited ever since the last was handed out. */
    private boolean crowded;

    /** A mean of numbers that count the less the older they are. */
    private static final class Mean {
        private double weight;
        private double sum;

        void add(double number) {
            weight++;
            sum += number;
        }

        void fade(double kept) {
            weight *= kept;
            sum *= kept;
        }

        double get() {
            return weight == 0 ? 0 : sum / weight;
        }
    }

    /** A worker took {@code nanos} for an answer, or at least that. */
    void answeredIn(long nanos, long now) {
        if (isForgotten(now)) {
            seen = 0;
            answers.fade(0);
            turns.fade(0);
        }
        seen++;
        answers.fade(kept(now - lastAnswerAt, MEMORY, (double) nanos));
        answers.add((double) nanos);
        lastAnswerAt = now;
    }

    /**
     * A call was handed out.
     *
     * @param capacity calls that the workers can hold together
     * @param othersWait true if others wait for the next place
     */
    void handedOut(int capacity, boolean othersWait, long now) {
        if (crowded && capacity > 0) {
            turns.fade(kept(now - lastTurnAt, MEMORY, turns.get() / capacity));
            turns.add((double) (now - lastTurnAt) * capacity);
            lastTurnAt = now;
        } else if (othersWait) {
            turns.fade(keptInLull(now));
            lastTurnAt = now;
        }
        crowded = othersWait;
    }

    /** Nobody waits any more, or there is no worker to wait for: what follows is no pace. */
    void interrupted() {
        crowded = false;
    }

    /** The part of its weight that a number keeps {@code nanos} later; {@code pace} is the time between two of its kind. */
    private static double kept(long nanos, Duration memory, double pace) {
        return Math.exp(-nanos / Math.max((double) memory.toNanos(), LEAST_REMEMBERED * pace));
    }

    private double keptInLull(long now) {
        return kept(now - lastTurnAt, LULL, turns.get());
    }

    /** Nanoseconds that a worker takes for an answer; 0 if unknown. */
    long answerNanos(long now) {
        return isUnknown(now) ? 0 : (long) answers.get();
    }

    /**
     * Nanoseconds until a call added now would be handed out; 0 for as good as none, or unknown.
     *
     * @param ahead calls that wait already
     * @param capacity calls that the workers can hold together
     */
    long waitNanos(int ahead, int capacity, long now) {
        if (ahead == 0 || capacity == 0 || isUnknown(now)) {
            return 0;
        }
        // Before the first turn, how long answers take is all there is; from then on it counts like one of them.
        double answer = answers.get();
        if (!crowded) {
            double kept = keptInLull(now);
            return (long) ((ahead + 1) * (turns.sum * kept + answer) / (turns.weight * kept + 1) / capacity);
        }
        long since = now - lastTurnAt;
        double pace = (turns.sum + answer) / (turns.weight + 1) / capacity;
        // As if the next were handed out now: it should have been long ago.
        double kept = kept(since, MEMORY, turns.get() / capacity);
        double ifNow = (turns.sum * kept + answer + (double) since * capacity) / (turns.weight * kept + 2) / capacity;
        pace = Math.max(pace, ifNow);
        return (long) ((ahead + 1) * pace - Math.min((double) since, pace));
    }

    private boolean isUnknown(long now) {
        return seen < LEAST_ANSWERS || isForgotten(now);
    }

    private boolean isForgotten(long now) {
        long quiet = now - Math.max(lastAnswerAt, lastTurnAt);
        return !crowded && quiet > Math.max(FORGOTTEN_AFTER.toNanos(), (long) (LEAST_REMEMBERED * answers.get()));
    }
}
