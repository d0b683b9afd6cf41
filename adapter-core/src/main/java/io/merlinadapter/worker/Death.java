package io.merlinadapter.worker;

import io.merlinadapter.metrics.AdapterMetrics.DeathReason;

/**
 * The end of a worker.
 *
 * @param cause for logs and callers, as in {@code it ended with exit code 1}
 * @param inside requests that the child had read and not answered
 */
record Death(DeathReason reason, String cause, int inside) {}
