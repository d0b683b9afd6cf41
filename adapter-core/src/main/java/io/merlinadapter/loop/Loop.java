package io.merlinadapter.loop;

import io.netty.channel.EventLoop;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loop that owns the dispatcher and all workers: their state is touched here and nowhere else, so it needs no
 * locks. Stands on Vert.x's {@link ContextInternal}, whose hops cost nothing when caller and owner share the loop.
 */
public final class Loop {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);

    private final ContextInternal context;
    private final EventLoop eventLoop;

    private Loop(ContextInternal context) {
        this.context = context;
        this.eventLoop = context.nettyEventLoop();
    }

    /** A loop of {@code vertx}, by turns where it has several. */
    public static Loop of(Vertx vertx) {
        return new Loop(((VertxInternal) vertx).createEventLoopContext());
    }

    /** The context for servers that are to share this loop. */
    public ContextInternal context() {
        return context;
    }

    /** The one clock: nanoseconds on the scale of {@link System#nanoTime()}. */
    public long now() {
        return System.nanoTime();
    }

    /** Whether the caller is on this loop. */
    public boolean isHere() {
        return eventLoop.inEventLoop();
    }

    /** Refuses a caller that is not on this loop: the state behind it has no locks. */
    public void check() {
        if (!isHere()) {
            throw new IllegalStateException(
                    "called on " + Thread.currentThread().getName() + " (expected: the loop)");
        }
    }

    /** Runs {@code task} now if the caller is on this loop, else as soon as the loop gets to it. Any thread. */
    public void run(Runnable task) {
        if (isHere()) {
            task.run();
        } else {
            later(task);
        }
    }

    /** Runs {@code task} on this loop, after what it is doing now. Any thread. */
    public void later(Runnable task) {
        eventLoop.execute(() -> guarded(task));
    }

    /** Runs {@code task} on this loop once {@code delay} has passed, unless the timer is stopped before. */
    public Timer after(Duration delay, Runnable task) {
        return afterNanos(delay.toNanos(), task);
    }

    /** As {@link #after}, in nanoseconds. */
    public Timer afterNanos(long nanos, Runnable task) {
        Future<?> scheduled = eventLoop.schedule(() -> guarded(task), Math.max(0, nanos), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    /** Runs {@code task} on a worker thread, at the same time as others; the outcome comes back on any thread. */
    public <T> io.vertx.core.Future<T> offLoop(Callable<T> task) {
        return context.owner().executeBlocking(task, false);
    }

    /** A promise whose future calls back on the caller's own context: the way home. */
    public <T> Promise<T> promiseForCaller() {
        ContextInternal caller = ContextInternal.current();
        return caller == null ? context.promise() : caller.promise();
    }

    /** Netty keeps what a task throws in a future that nobody reads. */
    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            log.error("a task of the loop failed; please report this", e);
            if (e instanceof Error error) {
                throw error;
            }
        }
    }

    /** A timer that has been set. */
    @FunctionalInterface
    public interface Timer {
        /** Stops it; does no harm when it has run. */
        void stop();
    }
}
