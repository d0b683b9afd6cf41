package io.merlinadapter.os;

import io.merlinadapter.loop.EventLoop;

/**
 * A sink that the event loop may feed itself, as far as nothing has to be waited for. Never called on two threads at a time,
 * and each call sees what those before it have done, on whatever thread.
 */
public interface LoopSink extends ByteSink {
    /** The loop that may feed it. */
    EventLoop loop();

    /**
     * Takes what can be taken without waiting, from the first byte on; the rest is for {@link #bytes}, on a thread that may wait.
     * Event loop only, and only when everything that was taken on another thread has been handled.
     *
     * @return how many bytes were taken
     */
    int takeAtOnce(byte[] buffer, int length);

    /** True if what has come so far is whole: the rest of what has begun is for the thread that has taken the beginning. */
    boolean isWhole();
}
