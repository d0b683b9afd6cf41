package io.merlinadapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicLong;

/** The meters of all workers with one number, one after the other. Any thread. */
final class WorkerMeters {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Counter starts;
    private final AtomicLong computedNanos = new AtomicLong();
    private volatile boolean up;
    private volatile long residentBytes;
    private volatile long openFiles;

    WorkerMeters(Meters meters, int number) {
        Tags tags = Tags.of("worker", Integer.toString(number));
        starts = meters.counter(Metric.WORKER_STARTS, tags);
        meters.counter(Metric.CHILD_CPU, tags, computedNanos, nanos -> nanos.get() / NANOS_PER_SECOND);
        meters.gauge(Metric.WORKER_UP, tags, () -> up ? 1 : 0);
        meters.gauge(Metric.CHILD_MEMORY, tags, () -> residentBytes);
        meters.gauge(Metric.CHILD_FILES, tags, () -> openFiles);
    }

    void started() {
        starts.increment();
    }

    void isUp(boolean now) {
        up = now;
    }

    void computed(long nanos) {
        computedNanos.addAndGet(nanos);
    }

    void hold(long bytes, long files) {
        residentBytes = bytes;
        openFiles = files;
    }
}
