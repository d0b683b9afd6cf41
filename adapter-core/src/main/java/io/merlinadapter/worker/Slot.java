package io.merlinadapter.worker;

/** The place that a request holds in a worker. For the loop. */
public interface Slot {
    /**
     * Nobody waits for the answer any more, and the exchange is told nothing further. The place stays taken until the
     * child has answered, unless the child was not given the request yet.
     */
    void giveUp();

    /** The number of the worker. */
    int worker();

    /** What the child has done since it got the request, as the end of a sentence about its not answering. */
    String silence();
}
