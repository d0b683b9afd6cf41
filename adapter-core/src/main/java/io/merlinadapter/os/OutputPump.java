package io.merlinadapter.os;

/** Whoever reads one of a child's streams: a thread of its own, or the event loop. */
interface OutputPump {
    /** Begins to read; once the child runs. */
    void start(String thread);

    /**
     * Waits until all was read, or until nothing more has come for a moment: a descendant may hold the other end open
     * for ever, and what the child itself wrote is on its way by now.
     */
    void awaitEnd() throws InterruptedException;

    /** Lets go of the stream; what has come is handed over first. Further calls do nothing. */
    void close();
}
