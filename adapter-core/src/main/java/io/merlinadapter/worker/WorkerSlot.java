package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.metrics.DeathReason;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The place of one worker after another, all with the same number. While one is replaced as planned there are two: the old
 * one, which serves or finishes what it has, and its successor, which starts or serves. Event loop only.
 */
final class WorkerSlot {
    private final int number;
    private final EventLoop loop;
    private final Launcher launcher;
    private @Nullable Worker worker;
    private @Nullable Worker successor;
    private @Nullable Worker leaving;
    private DeathReason leavingReason = DeathReason.RECYCLED;
    private String leavingWhy = "";
    private List<Worker> workers = List.of();
    private EventLoop.@Nullable Timer nextStart;

    /** Starts a worker. */
    @FunctionalInterface
    interface Launcher {
        /** As {@link Worker#launch}. */
        Worker launch(int number, boolean proven);
    }

    WorkerSlot(int number, EventLoop loop, Launcher launcher) {
        this.number = number;
        this.loop = loop;
        this.launcher = launcher;
    }

    int number() {
        return number;
    }

    /** The one that takes requests, or is to; null before the first. */
    @Nullable
    Worker worker() {
        return worker;
    }

    /** The worker, its successor and the one before it, as far as there are any. */
    List<Worker> workers() {
        return workers;
    }

    /** True if any of them is ready. */
    boolean isUp() {
        return workers.stream().anyMatch(one -> one.state() == Worker.State.READY);
    }

    void start(boolean proven) {
        nextStart = null;
        worker = launcher.launch(number, proven);
        changed();
    }

    void startAfter(Duration wait, boolean proven) {
        nextStart = loop.after(wait, () -> start(proven));
    }

    /** Starts at once what was to be started after a while; does nothing where that is not so. */
    void startNow() {
        if (nextStart != null) {
            nextStart.stop();
            start(false);
        }
    }

    /** Starts a worker beside the one there is, to take its place when it is ready. */
    void startSuccessor(DeathReason reason, String why) {
        leavingReason = reason;
        leavingWhy = why;
        successor = launcher.launch(number, false);
        changed();
    }

    /** No further start. */
    void close() {
        if (nextStart != null) {
            nextStart.stop();
            nextStart = null;
        }
    }

    boolean isSuccessor(Worker other) {
        return other.equals(successor);
    }

    /** If {@code ready} is the successor, it takes over, and the old worker may go. */
    void handOver(Worker ready) {
        Worker old = worker;
        if (isSuccessor(ready) && old != null) {
            successor = null;
            worker = ready;
            leaving = old;
            changed();
            old.drain(leavingReason, leavingWhy);
        }
    }

    /**
     * A worker has ended.
     *
     * @return true if another one has its place already
     */
    boolean remove(Worker dead) {
        boolean replaced = dead.equals(worker) && successor != null;
        boolean other = replaced || dead.equals(leaving) || isSuccessor(dead);
        if (replaced) {
            worker = successor;
            successor = null;
        }
        leaving = dead.equals(leaving) ? null : leaving;
        successor = isSuccessor(dead) ? null : successor;
        changed();
        return other;
    }

    private void changed() {
        workers = Stream.of(new @Nullable Worker[] {worker, successor, leaving})
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
    }
}
