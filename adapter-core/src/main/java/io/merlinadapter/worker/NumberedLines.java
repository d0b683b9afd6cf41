package io.merlinadapter.worker;

import java.time.Duration;

/**
 * How many lines at once a program is given that numbers its replies and has no say in it: as many as it answers within
 * {@link #AHEAD}. So it never waits for its next line, and reads and answers several with one wake-up, while no call waits long
 * behind others that another worker could have had. A program that takes longer than that for one line gets one at a time:
 * there is nothing to win. Event loop only.
 */
final class NumberedLines {
    /** For how long there may be work in the program's pipe. */
    static final Duration AHEAD = Duration.ofMillis(2);

    /** The mean is of about so many lines, the latest ones. */
    private static final int LATEST = 32;

    private final int most;
    private double usualNanos;
    private int answers;

    /** @param most the largest number, however fast the program is */
    NumberedLines(int most) {
        this.most = most;
    }

    /** The program has answered a line, on which it can have worked for so long. */
    void answered(long nanos) {
        answers = Math.min(answers + 1, LATEST);
        usualNanos += (nanos - usualNanos) / answers;
    }

    /** @param owedFor for how many nanoseconds the program has owed its oldest answer */
    int allowed(long owedFor) {
        if (answers == 0 || owedFor > AHEAD.toNanos()) {
            // It may take long for this one: who comes now is better off elsewhere, or in the queue, which can be left.
            return 1;
        }
        return (int) Math.max(1, Math.min(most, AHEAD.toNanos() / Math.max(1, usualNanos)));
    }
}
