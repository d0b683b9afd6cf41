package io.merlinadapter.worker;

import io.merlinadapter.os.Activity;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.ProcessTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the children that start, for as long as their {@link Startup}s want it: soon after a start, and ever less often.
 * All of them are looked at together, off the event loop; the longer that takes, the rarer it is done, so that it takes about
 * a tenth of a processor at most, however many start. Event loop only.
 */
final class StartWatch {
    private static final Logger LOG = LoggerFactory.getLogger(StartWatch.class);
    /** A small program is ready by then. */
    static final Duration FIRST = Duration.ofMillis(20);
    /** What a program that loads for long may wait for nothing at its end. */
    static final Duration LONGEST = Duration.ofMillis(200);
    /** Where looks take so long that they must be rarer: on a machine that is busy, time says little of what they cost. */
    private static final Duration MOST = Duration.ofSeconds(1);
    /** Of the time, no more than one part in so many is spent on looks. */
    private static final int SHARE = 10;

    private static final double GROWTH = 1.25;

    private final PoolResources resources;
    private final List<WorkerSlot> slots;
    private long interval;
    /** There has been a look. */
    private boolean warm;

    /** A look has failed, which has been said. */
    private boolean failed;

    /** True while a look is due or under way. */
    private boolean looking;

    StartWatch(PoolResources resources, List<WorkerSlot> slots) {
        this.resources = resources;
        this.slots = slots;
    }

    /** A worker starts. */
    void started() {
        interval = FIRST.toNanos();
        if (!looking) {
            looking = true;
            lookAfter(interval);
        }
    }

    private void lookAfter(long nanos) {
        resources.loop().afterNanos(nanos, this::look);
    }

    private void look() {
        Map<Worker, Child> children = new LinkedHashMap<>();
        boolean any = false;
        for (WorkerSlot slot : slots) {
            for (Worker worker : slot.workers()) {
                any |= worker.isWatched();
                Child child = worker.child();
                if (worker.isWatched() && child != null) {
                    children.put(worker, child);
                }
            }
        }
        if (!any) {
            looking = false;
            return;
        }
        long began = resources.loop().now();
        try {
            resources
                    .loop()
                    .offLoop(() -> lookAt(children))
                    .onComplete((seen, failure) -> resources.loop().run(() -> looked(began, seen, failure)));
        } catch (RuntimeException | Error e) {
            // It may take a thread, and there may be none to be had: later, perhaps.
            looked(began, null, e);
        }
    }

    private void looked(long began, @Nullable Map<Worker, Activity> seen, @Nullable Throwable failure) {
        if (seen != null) {
            seen.forEach(Worker::seen);
        } else if (!failed) {
            failed = true;
            LOG.warn("the programs that start can't be looked at; it is tried again", failure);
        }
        // The first takes long because all of this has to be loaded.
        long took = warm ? resources.loop().now() - began : 0;
        warm = true;
        lookAfter(Math.max(interval, Math.min(SHARE * took, MOST.toNanos())));
        interval = Math.min(LONGEST.toNanos(), (long) (interval * GROWTH));
    }

    private static Map<Worker, Activity> lookAt(Map<Worker, Child> children) {
        Supplier<ProcessTable> table = new Supplier<>() {
            private @Nullable ProcessTable read;

            @Override
            public ProcessTable get() {
                ProcessTable now = read == null ? ProcessTable.read() : read;
                read = now;
                return now;
            }
        };
        Map<Worker, Activity> seen = new LinkedHashMap<>();
        children.forEach((worker, child) -> seen.put(worker, child.activity(table)));
        return seen;
    }
}
