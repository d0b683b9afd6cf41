package io.merlinadapter.metrics;

/** Why a worker's process ended; a label of {@code adapter_worker_deaths_total}. */
public enum DeathReason {
    /** It was not ready within {@code --startup-timeout}, or could not be started at all. */
    STARTUP,
    /** It exited by itself. */
    EXIT,
    /** A signal ended it that the adapter did not send. */
    SIGNAL,
    /** The kernel killed it for want of memory, or the adapter did before that. */
    OOM,
    /** It stopped answering, and the adapter killed it. */
    HANG,
    /** It broke the protocol, as with a reply that nobody asked for. */
    PROTOCOL,
    /** The adapter replaced it as planned. */
    RECYCLED,
    /** It failed one prediction after the other while others succeeded, and the adapter replaced it. */
    FAILING,
    /** It said itself that it can't go on. */
    FATAL
}
