package io.merlinadapter.predict;

/** Somebody who is told when the health changes. */
public interface HealthSubscription {
    /**
     * The watcher is not told any more. To be called on the context that it is told on, or it may be told once more; more
     * than once does no harm.
     */
    void stop();
}
