package io.merlinadapter.metrics;

import io.merlinadapter.protocol.Message;

/** Takes in what one child has counted and measured itself, from the start of its process to the end. */
public interface ChildReports {
    /** For tests and for those who don't count. */
    ChildReports NONE = new ChildReports() {};

    /** Counts it. Never throws; for the thread that reads from the child, and cheap. */
    default void reported(Message.Metrics said) {}

    /** The process is no more: what it measured does not hold any longer, what it counted does. Any thread. */
    default void ended() {}

    /** Why something that a child reported was not counted. */
    enum Drop {
        /** It can't be used by itself. */
        INVALID,
        /** Its name belongs to another metric. */
        CLASH,
        /** It was of another type, or had other buckets, before. */
        TYPE,
        /** There are too many already. */
        SERIES
    }

    /** Is told of whatever is dropped. */
    @FunctionalInterface
    interface Complaints {
        /**
         * Hears of one that was dropped, on the thread that reads from the child.
         *
         * @param metric its name, empty where it has none
         * @param why a sentence that begins with "it"
         */
        void dropped(Drop reason, String metric, String why);
    }
}
