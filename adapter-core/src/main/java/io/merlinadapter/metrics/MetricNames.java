package io.merlinadapter.metrics;

/** Every name under which the adapter counts, as Micrometer spells it (Prometheus adds units and _total). */
final class MetricNames {
    static final String REQUESTS = "adapter.requests";
    static final String REQUEST_DURATION = "adapter.request.duration";
    static final String QUEUE_WAIT = "adapter.queue.wait";
    static final String WORKER_DURATION = "adapter.worker.duration";
    static final String IN_FLIGHT = "adapter.in.flight";
    static final String QUEUE_DEPTH = "adapter.queue.depth";
    static final String QUEUE_BYTES = "adapter.queue";
    static final String READY_WORKERS = "adapter.workers.ready";
    static final String WORKER_STARTS = "adapter.worker.starts";
    static final String WORKER_START = "adapter.worker.start";
    static final String WORKER_DEATHS = "adapter.worker.deaths";
    static final String ABANDONED = "adapter.abandoned";
    static final String LATE_REPLIES = "adapter.late.replies";
    static final String CANCELLED = "adapter.cancelled";
    static final String UNUSABLE_LINES = "adapter.unusable.lines";
    static final String LOG_LINES_DROPPED = "adapter.log.lines.dropped";
    static final String FAILURES = "adapter.failures";
    static final String PUSHES = "adapter.pushes";

    private MetricNames() {}
}
