package io.merlinadapter.dispatch;

/**
 * The queue at one moment.
 *
 * @param queued requests that wait for a worker
 * @param queuedBytes the size of their bodies
 */
public record DispatchStats(int queued, long queuedBytes) {}
