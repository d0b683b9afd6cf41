package io.merlinadapter.dispatch;

/**
 * How much may wait.
 *
 * @param queueSize requests that may wait for a worker
 */
public record DispatchSettings(int queueSize) {}
