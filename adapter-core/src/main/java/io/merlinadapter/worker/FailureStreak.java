package io.merlinadapter.worker;

import io.merlinadapter.protocol.Message;

/**
 * How many predictions in a row one worker has failed by its own fault, and whether others succeed meanwhile. What is the
 * caller's fault is neither here nor there: a 4xx, a caller who leaves, and a deadline so short that a sound worker would
 * have passed it as well. Event loop only.
 */
final class FailureStreak {
    /** A request that took so many times as long as an answer usually takes was late by fault of its worker. */
    static final int TOO_SLOW = 4;

    private final Habits habits;
    private int length;
    private long successesBefore;
    private String last = "";

    FailureStreak(Habits habits) {
        this.habits = habits;
    }

    /** It has given a reply {@code nanos} after it was asked, which was found good or not. */
    void judged(boolean good, long nanos) {
        if (good) {
            length = 0;
            habits.succeeded(nanos);
        } else {
            failed("a reply that can't be used");
        }
    }

    /** It has answered a caller; what is a reply is still to be judged. */
    void answered(Message.Outcome reply) {
        if (reply instanceof Message.Failure failure && failure.status() >= 500) {
            failed("an error with status " + failure.status());
        } else if (reply instanceof Message.Unusable) {
            failed("a reply that can't be used");
        }
    }

    /** A deadline has passed while it had the request, for {@code nanos} by then. */
    void late(long nanos) {
        if (nanos >= TOO_SLOW * habits.usualNanos()) {
            failed("no answer before the deadline");
        }
    }

    /** @param how what it gave instead of a prediction */
    void failed(String how) {
        if (length++ == 0) {
            successesBefore = habits.successes();
        }
        last = how;
    }

    /** How many there were, since its last success. */
    int length() {
        return length;
    }

    /** Whether any other worker has succeeded since the first of them: its own success would have ended the row. */
    boolean othersSucceed() {
        return habits.successes() > successesBefore;
    }

    /** What the last of them was. */
    String last() {
        return last;
    }
}
