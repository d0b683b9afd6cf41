package io.merlinadapter.worker;

import java.util.EnumSet;
import java.util.Set;

/** The life of a worker. Busy is no state: it follows from what the worker owes. */
enum WorkerState {
    /** Started, not yet known to answer. */
    STARTING,
    /** Takes requests. */
    READY,
    /** Takes no more, finishes what it has. */
    DRAINING,
    /** Is being ended. */
    TERMINATING,
    /** Has ended; for ever. */
    DEAD;

    private Set<WorkerState> next() {
        return switch (this) {
            case STARTING -> EnumSet.of(READY, TERMINATING, DEAD);
            case READY -> EnumSet.of(DRAINING, TERMINATING, DEAD);
            case DRAINING -> EnumSet.of(TERMINATING, DEAD);
            case TERMINATING -> EnumSet.of(DEAD);
            case DEAD -> EnumSet.noneOf(WorkerState.class);
        };
    }

    boolean mayBecome(WorkerState other) {
        return next().contains(other);
    }
}
