package io.merlinadapter.scripted;

import io.merlinadapter.loop.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;

/**
 * An event loop without a thread: the test's own thread is the loop, and turns it and its clock by hand. Nothing runs but in
 * {@link #turn()}, {@link #advance} and {@link #jump}.
 */
public final class ManualEventLoop implements EventLoop {
    private static final int ENDLESS = 1_000_000;

    private final Deque<Runnable> tasks = new ArrayDeque<>();
    /** What runs once there are no other tasks. */
    private final Deque<Runnable> atEnd = new ArrayDeque<>();

    private final PriorityQueue<Scheduled> timers =
            new PriorityQueue<>(Comparator.comparingLong(Scheduled::at).thenComparingLong(Scheduled::number));
    // Not 0, which stands for "never" in some places.
    private long now = Duration.ofHours(1).toNanos();
    private long scheduled;
    private Selector selector;

    private record Scheduled(long at, long number, Runnable task) {}

    /** Runs what was posted, and what that posts, until nothing is left; timers that are due are run, too. */
    public void turn() {
        for (int count = 0; runNext(); count++) {
            if (count == ENDLESS) {
                throw new AssertionError("the loop never comes to rest");
            }
        }
    }

    private boolean runNext() {
        Runnable task = tasks.isEmpty() ? atEnd.poll() : tasks.remove();
        if (task == null && !timers.isEmpty() && timers.peek().at() <= now) {
            task = timers.poll().task();
        }
        if (task == null) {
            task = readable();
        }
        if (task != null) {
            task.run();
        }
        return task != null;
    }

    private Runnable readable() {
        try {
            if (selector == null || selector.selectNow() == 0) {
                return null;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runnable first = (Runnable) selector.selectedKeys().iterator().next().attachment();
        selector.selectedKeys().clear();
        return first;
    }

    @Override
    public boolean canWatch() {
        return true;
    }

    /** Looks for what can be read after all else. */
    @Override
    public Watch watch(SelectableChannel source, Runnable readable) throws IOException {
        selector = selector == null ? Selector.open() : selector;
        SelectionKey key = source.register(selector, 0, readable);
        return new Watch() {
            @Override
            public void set(boolean on) {
                key.interestOps(on ? SelectionKey.OP_READ : 0);
            }

            @Override
            public void stop() {
                key.cancel();
            }
        };
    }

    /** Lets time pass: runs every timer at its time, and each time all that was posted. */
    public void advance(Duration time) {
        long end = now + time.toNanos();
        turn();
        while (!timers.isEmpty() && timers.peek().at() <= end) {
            now = timers.peek().at();
            turn();
        }
        now = end;
    }

    /** Has the clock jump, as after a suspension of the machine: all timers that are due by then run at that one moment. */
    public void jump(Duration time) {
        turn();
        now += time.toNanos();
        turn();
    }

    /** How many timers are set. */
    public int timers() {
        return timers.size();
    }

    @Override
    public long now() {
        return now;
    }

    /** Always: a test has no other thread. */
    @Override
    public boolean isHere() {
        return true;
    }

    @Override
    public void later(Runnable task) {
        tasks.add(task);
    }

    /** Nothing: a test turns the loop as often as it likes. */
    @Override
    public void catchUp() {}

    @Override
    public void atEndOfTurn(Runnable task) {
        atEnd.add(task);
    }

    @Override
    public Timer afterNanos(long nanos, Runnable task) {
        Scheduled timer = new Scheduled(now + Math.max(0, nanos), scheduled++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    /** Runs the task when the loop next turns. */
    @Override
    public <T> Future<T> offLoop(Callable<T> task) {
        Promise<T> promise = Promise.promise();
        later(() -> {
            T result;
            try {
                result = task.call();
            } catch (Exception e) {
                promise.fail(e);
                return;
            }
            promise.complete(result);
        });
        return promise.future();
    }

    @Override
    public <T> Promise<T> promiseForCaller() {
        return Promise.promise();
    }
}
