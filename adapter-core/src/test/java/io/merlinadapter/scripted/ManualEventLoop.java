package io.merlinadapter.scripted;

import io.merlinadapter.loop.EventLoop;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
        if (task != null) {
            task.run();
        }
        return task != null;
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
