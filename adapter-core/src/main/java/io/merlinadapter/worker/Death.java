package io.merlinadapter.worker;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Exit;

/**
 * The end of a worker.
 *
 * @param cause for logs and callers, as in {@code it ended with exit code 1}
 * @param inside callers' requests that the child had read and not answered
 */
record Death(DeathReason reason, String cause, int inside) {
    /** The reason of an end that nobody here has asked for. */
    static DeathReason naturalReason(Exit exit, boolean starting) {
        if (exit.outOfMemory()) {
            return DeathReason.OOM;
        }
        if (starting) {
            return DeathReason.STARTUP;
        }
        return exit.bySignal() ? DeathReason.SIGNAL : DeathReason.EXIT;
    }
}
