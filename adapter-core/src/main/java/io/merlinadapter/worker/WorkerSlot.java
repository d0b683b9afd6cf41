package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The place of one worker after another, all with the same number. While one is replaced as planned there are two, or even
 * three: a successor that is not ready yet and an old one that finishes what it has. For the loop.
 */
final class WorkerSlot {
    private final int number;
    private final EventLoop loop;
    private final Launcher launcher;
    private @Nullable Worker worker;
    private @Nullable Worker successor;
    private @Nullable Worker leaving;
    private String leavingWhy = "";
    private List<Worker> workers = List.of();
    private EventLoop.@Nullable Timer nextStart;

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

    void startAfter(Duration wait, boolean proven) {
        nextStart = loop.after(wait, () -> start(proven));
    }

    /** No further start. */
    void close() {
        if (nextStart != null) {
            nextStart.stop();
        }
    }

    void start(boolean proven) {
        worker = launcher.launch(number, proven);
        changed();
    }

    /** Starts a worker beside the one there is, to take its place when it is ready. */
    void startSuccessor(String why) {
        leavingWhy = why;
        successor = launcher.launch(number, false);
        changed();
    }

    /** The worker, its successor and the one before it, as far as there are any. */
    List<Worker> workers() {
        return workers;
    }

    private void changed() {
        workers = Stream.of(Optional.ofNullable(worker), Optional.ofNullable(successor), Optional.ofNullable(leaving))
                .flatMap(Optional::stream)
                .toList();
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
            old.drain(leavingWhy);
        }
    }

    /**
     * A worker has ended.
     *
     * @return whether another one has its place already
     */
    boolean removed(Worker dead) {
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
}
