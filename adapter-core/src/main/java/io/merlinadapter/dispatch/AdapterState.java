package io.merlinadapter.dispatch;

import java.util.EnumSet;
import java.util.Set;

/** The life of the adapter, as its callers see it. */
public enum AdapterState {
    /** No worker has been ready yet, and no port is open. */
    STARTING,
    /** Serves: at least one worker is ready. */
    READY,
    /** No worker is ready; requests wait, ports are open. */
    UNREADY,
    /** No worker has been ready for so long that the ports are closed until one is. */
    SHUT,
    /** The program can't be kept running: nothing is started or taken any more. */
    GIVEN_UP,
    /** Told to stop: says that it is not ready, and serves what still comes. */
    DRAINING,
    /** Ends its workers; takes nothing any more. */
    TERMINATING,
    /** No worker is left. */
    STOPPED;

    private Set<AdapterState> next() {
        return switch (this) {
            case STARTING -> EnumSet.of(READY, GIVEN_UP, DRAINING);
            case READY -> EnumSet.of(UNREADY, DRAINING);
            case UNREADY -> EnumSet.of(READY, SHUT, GIVEN_UP, DRAINING);
            case SHUT -> EnumSet.of(READY, GIVEN_UP, DRAINING);
            case GIVEN_UP -> EnumSet.of(TERMINATING);
            case DRAINING -> EnumSet.of(TERMINATING);
            case TERMINATING -> EnumSet.of(STOPPED);
            case STOPPED -> EnumSet.noneOf(AdapterState.class);
        };
    }

    boolean mayBecome(AdapterState other) {
        return next().contains(other);
    }
}
