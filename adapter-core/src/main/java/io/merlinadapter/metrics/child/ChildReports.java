package io.merlinadapter.metrics.child;

/** Receives the reports of one child process, from its start to its end. */
public interface ChildReports {
    /** Ignores all reports; for tests. */
    ChildReports NONE = new ChildReports() {};

    /** Counts a report. Called by the thread that reads from the child; cheap, and never throws. */
    default void reported(ChildReport report) {}

    /** The process has ended: its gauges disappear, its counters and histograms stay. Any thread. */
    default void ended() {}

    /** Why a sample was not counted; a label of {@code adapter_child_metrics_dropped_total}. */
    enum Drop {
        /** The sample itself is wrong. */
        INVALID,
        /** Its name belongs to another metric. */
        CLASH,
        /** The metric had another type, or other buckets, before. */
        TYPE,
        /** There are too many time series already. */
        SERIES
    }

    /** Receives all samples that were not counted. */
    @FunctionalInterface
    interface DropListener {
        /**
         * Called on the thread that reads from the child.
         *
         * @param metric the name of the metric; empty if it has none
         * @param why a sentence that begins with "it"
         */
        void dropped(Drop reason, String metric, String why);
    }
}
