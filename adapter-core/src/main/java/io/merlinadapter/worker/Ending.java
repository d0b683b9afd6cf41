package io.merlinadapter.worker;

import io.merlinadapter.metrics.DeathReason;
import org.jspecify.annotations.Nullable;

/** How and why a worker ends, once it has been decided that it shall. For the loop. */
final class Ending {
    private @Nullable StopLadder ladder;
    private @Nullable DeathReason reason;
    private String why = "";
    private DeathReason leaves = DeathReason.RECYCLED;
    private String leavesWhy = "";

    /** There is a child that can be ended; at once if that was decided before it ran. */
    void mayCome(StopLadder ladder) {
        this.ladder = ladder;
        if (reason != null) {
            ladder.hurry();
        }
    }

    /** It shall end when it has finished what it has. */
    void leave(DeathReason reason, String why) {
        this.leaves = reason;
        this.leavesWhy = why;
    }

    /** Why it shall end when it has finished. */
    DeathReason leaves() {
        return leaves;
    }

    /** The same in words. */
    String leavesWhy() {
        return leavesWhy;
    }

    /** It shall end. */
    void decide(DeathReason reason, String why) {
        this.reason = reason;
        this.why = why;
    }

    /** Ends the child, with time to end by itself. */
    void begin() {
        if (ladder != null) {
            ladder.begin();
        }
    }

    /** Leaves out the polite step. */
    void hurry() {
        if (ladder != null) {
            ladder.hurry();
        }
    }

    /** It has ended: from now on its process id may be another's, which no signal must reach. */
    void over() {
        if (ladder != null) {
            ladder.stop();
            ladder = null;
        }
    }

    /** Whether the end was no fault of the child's. */
    boolean isPlanned() {
        return reason == DeathReason.RECYCLED;
    }

    /** Whether there is a child that is being ended. */
    boolean isUnderWay() {
        return reason != null && ladder != null;
    }

    /** Why it ended: for what was decided, else {@code natural}. */
    DeathReason reason(DeathReason natural) {
        return reason == null ? natural : reason;
    }

    /** In words: what was decided, else {@code how} it ended. */
    String cause(String how) {
        return why.isEmpty() ? how : why;
    }
}
