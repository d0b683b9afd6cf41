package io.merlinadapter.worker;

/** The place that a request holds in a worker. For the loop. */
@FunctionalInterface
public interface Slot {
    /**
     * Nobody waits for the answer any more, and the exchange is told nothing further. The place stays taken until the
     * child has answered, unless the child was not given the request yet.
     */
    void giveUp();
}
