package io.merlinadapter.loop;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.concurrent.Callable;

/**
 * The one thread that owns the dispatcher and all workers, with its clock and its timers. Their state is touched here and
 * nowhere else, so it needs no locks. Two implementations: {@link VertxEventLoop}, and one in the tests of core whose clock
 * is turned by hand.
 *
 * <p>Javadoc elsewhere says "Event loop only." of what must be called on this thread.
 */
public interface EventLoop {
    /** Nanoseconds on the scale of {@link System#nanoTime()}. Any thread. */
    long now();

    /** True if the caller is on this thread. */
    boolean isHere();

    /** Throws {@link IllegalStateException} unless the caller is on this thread. */
    default void check() {
        if (!isHere()) {
            throw new IllegalStateException(
                    "called on " + Thread.currentThread().getName() + " (expected: the event loop)");
        }
    }

    /** Runs {@code task} at once if the caller is on this thread, else as {@link #later}. Any thread. */
    default void run(Runnable task) {
        if (isHere()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs {@code task} on this thread, after what it is doing now and what was handed to it before. Any thread. */
    void later(Runnable task);

    /**
     * Runs at once what waits since {@link #later}, unless called from such a task: so that a loop that is busy with its
     * callers does not leave the workers idle. Event loop only.
     */
    void catchUp();

    /**
     * Runs {@code task} once all that this turn has read is handled: what the turn makes can then be written together. Nobody
     * catches up with it ({@link #catchUp}). Event loop only.
     */
    void atEndOfTurn(Runnable task);

    /** Runs {@code task} on this thread once {@code nanos} have passed, unless the timer is stopped before. */
    Timer afterNanos(long nanos, Runnable task);

    /** As {@link #afterNanos}. */
    default Timer after(Duration delay, Runnable task) {
        return afterNanos(delay.toNanos(), task);
    }

    /** True if {@link #watch} is there for pipes. Any thread. */
    boolean canWatch();

    /**
     * Once it is set, calls {@code readable} in each turn in which something can be read from {@code source}, or its end.
     * Event loop only.
     *
     * @param source does not block
     * @throws IOException if it can't be watched
     */
    Watch watch(SelectableChannel source, Runnable readable) throws IOException;

    /** Runs {@code task}, which may block for a moment, on another thread; the future completes on any thread. */
    <T> Future<T> offLoop(Callable<T> task);

    /** A promise whose future calls back on the Vert.x context of the caller; without one, on this thread. */
    <T> Promise<T> promiseForCaller();

    /** Of a channel. Event loop only. */
    interface Watch {
        /** Begins or pauses. */
        void set(boolean on);

        /** The channel is about to be closed. Further calls of any method do nothing. */
        void stop();
    }

    /** A timer that was set. */
    @FunctionalInterface
    interface Timer {
        /** Has no effect on a timer that has run. Event loop only. */
        void stop();
    }
}
