package io.merlinadapter.dispatch;

import java.time.Duration;

/**
 * What becomes of requests that have no worker.
 *
 * @param queueSize requests that may wait for a worker
 * @param retryOnWorkerLoss whether a request whose worker died is given to another one, once
 * @param unreadyGrace how long no worker may be ready before the ports are to be closed
 */
public record DispatchSettings(int queueSize, boolean retryOnWorkerLoss, Duration unreadyGrace) {}
