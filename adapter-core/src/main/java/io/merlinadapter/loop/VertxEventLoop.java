package io.merlinadapter.loop;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An event loop of Vert.x. Stands on its {@link ContextInternal}, so that servers can share it without a thread hop. */
public final class VertxEventLoop implements EventLoop {
    private static final Logger LOG = LoggerFactory.getLogger(VertxEventLoop.class);

    private final ContextInternal context;
    private final io.netty.channel.EventLoop eventLoop;
    /** What {@link #later} was given and has not run. One of our own, because Netty's only runs once all that was read is handled. */
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /** Of this thread: true within a task, which nothing may overtake. */
    private boolean isBusy;

    private VertxEventLoop(ContextInternal context) {
        this.context = context;
        this.eventLoop = context.nettyEventLoop();
    }

    /** The next of {@code vertx}'s event loops. */
    public static VertxEventLoop of(Vertx vertx) {
        return new VertxEventLoop(((VertxInternal) vertx).createEventLoopContext());
    }

    /** The context for servers that are to share this loop. */
    public ContextInternal context() {
        return context;
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public boolean isHere() {
        return eventLoop.inEventLoop();
    }

    /** A task that is run here leaves its state half changed, if only for a moment, like one that was handed over. */
    @Override
    public void run(Runnable task) {
        if (!isHere()) {
            later(task);
        } else if (isBusy) {
            task.run();
        } else {
            isBusy = true;
            try {
                task.run();
            } finally {
                isBusy = false;
            }
        }
    }

    @Override
    public void later(Runnable task) {
        tasks.add(task);
        // One turn for each task: each finds at most its own left, and no caller is kept waiting for more.
        eventLoop.execute(this::runNext);
    }

    private void runNext() {
        Runnable next = tasks.poll();
        if (next != null) {
            guarded(next);
        }
    }

    @Override
    public void catchUp() {
        if (!isBusy) {
            // No more than there are now: a task that asks for itself again must not hold up the caller.
            for (int left = tasks.size(); left > 0; left--) {
                runNext();
            }
        }
    }

    @Override
    public void atEndOfTurn(Runnable task) {
        eventLoop.execute(() -> guarded(task));
    }

    @Override
    public Timer afterNanos(long nanos, Runnable task) {
        Future<?> scheduled = eventLoop.schedule(() -> guarded(task), Math.max(0, nanos), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public boolean canWatch() {
        return eventLoop instanceof IoEventLoop io && io.isCompatible(NioSelectableChannelIoHandle.class);
    }

    @Override
    public Watch watch(SelectableChannel source, Runnable readable) throws IOException {
        check();
        var made = ((IoEventLoop) eventLoop).register(new NioSelectableChannelIoHandle<SelectableChannel>(source) {
            @Override
            protected void handle(SelectableChannel channel, SelectionKey key) {
                try {
                    guarded(readable);
                } catch (Error e) {
                    // It was told. From here it would end the loop, where from a task it does not.
                    LOG.trace("a watch failed", e);
                }
            }

            @Override
            public void close() throws IOException {
                // The loop ends.
                source.close();
            }
        });
        if (!made.isSuccess()) {
            throw new IOException("the event loop takes no channel", made.cause());
        }
        IoRegistration registration = made.getNow();
        return new Watch() {
            @Override
            public void set(boolean on) {
                if (registration.isValid()) {
                    registration.submit(on ? NioIoOps.READ : NioIoOps.NONE);
                }
            }

            @Override
            public void stop() {
                registration.cancel();
            }
        };
    }

    @Override
    public <T> io.vertx.core.Future<T> offLoop(Callable<T> task) {
        return context.owner().executeBlocking(task, false);
    }

    @Override
    public <T> Promise<T> promiseForCaller() {
        ContextInternal caller = ContextInternal.current();
        return caller == null ? context.promise() : caller.promise();
    }

    /** Netty keeps what a task throws in a future that nobody reads. */
    private void guarded(Runnable task) {
        try {
            run(task);
        } catch (RuntimeException | Error e) {
            LOG.error("a task of the event loop failed; please report this", e);
            if (e instanceof Error error) {
                tell(error);
                throw error;
            }
        }
    }

    /** Whoever runs the process may want to end it: a thread that could not be made is such an error. */
    private static void tell(Error error) {
        if (error instanceof OutOfMemoryError) {
            Thread here = Thread.currentThread();
            here.getUncaughtExceptionHandler().uncaughtException(here, error);
        }
    }
}
