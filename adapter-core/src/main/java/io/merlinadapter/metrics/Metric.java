package io.merlinadapter.metrics;

import org.jspecify.annotations.Nullable;

/**
 * Everything that the adapter counts: its name as Micrometer spells it (Prometheus' has the unit and {@code _total} at its
 * end), and what to make of a high value.
 */
enum Metric {
    REQUESTS(
            "adapter.requests",
            "Predictions that were answered, by protocol and status: HTTP's, or gRPC's number for calls by gRPC"),
    REQUEST_DURATION(
            "adapter.request.duration",
            "Time from a request's headers to its answer; high: compare adapter_queue_wait_seconds (too few workers)"
                    + " with adapter_worker_duration_seconds (a slow model)"),
    FAILURES("adapter.failures", "Predictions that failed, by kind: what to look at first when errors rise"),
    CANCELLED(
            "adapter.cancelled",
            "Predictions whose caller left before the answer; high: callers have less patience than the model needs"),
    QUEUE_WAIT(
            "adapter.queue.wait",
            "Time that a request, once complete, waited for a worker; high: too few workers for what comes"),
    WORKER_DURATION("adapter.worker.duration", "Time that the program took to answer; high: the model itself is slow"),
    IN_FLIGHT(
            "adapter.in.flight",
            "Requests that programs have and have not answered; as high as all workers can hold: they are busy all the"
                    + " time"),
    QUEUE_DEPTH("adapter.queue.depth", "Requests that wait for a worker; high: too few workers for what comes"),
    QUEUE_BYTES("adapter.queue", "Size of the requests that wait for a worker; high: see adapter_queue_depth", "bytes"),
    MEMORY_USED(
            "adapter.memory.used",
            "What requests and replies hold now; near adapter_memory_budget_bytes: new requests will be refused",
            "bytes"),
    MEMORY_BUDGET("adapter.memory.budget", "What requests and replies together may hold (--memory-budget)", "bytes"),
    CONTAINER_MEMORY_USED(
            "adapter.container.memory.used",
            "What all processes of the container hold and the kernel can't take back; near the limit: one of them is"
                    + " about to be killed",
            "bytes"),
    CONTAINER_MEMORY_LIMIT(
            "adapter.container.memory.limit", "What all processes of the container together may hold", "bytes"),
    WORKERS("adapter.workers", "Workers that there should be"),
    READY_WORKERS(
            "adapter.workers.ready",
            "Workers that take requests; lower than adapter_workers for long: the program dies, hangs or loads"),
    WORKER_UP("adapter.worker.up", "Whether this worker takes requests: 1, or 0 while it starts, ends or is missing"),
    WORKER_STARTS("adapter.worker.starts", "Times that the program was started; growing: it keeps ending"),
    WORKER_START(
            "adapter.worker.start",
            "Time from the program's start to its being ready; high: it loads for long, and every restart costs as"
                    + " much"),
    WORKER_DEATHS(
            "adapter.worker.deaths",
            "Workers that ended, by reason; all but recycled are the program's failures, and the log has its last"
                    + " words"),
    CHILD_CPU(
            "adapter.child.cpu",
            "Time that the worker's processes have computed, over all restarts; growing by a second each second for"
                    + " each core that is busy",
            "seconds"),
    CHILD_MEMORY(
            "adapter.child.resident.memory",
            "Memory that the worker's processes hold, what they share counted for each; growing for ever: it leaks, see"
                    + " --max-rss",
            "bytes"),
    CHILD_FILES(
            "adapter.child.open.fds",
            "Files, sockets and pipes that the worker's processes have open; growing for ever: it forgets to close"
                    + " them"),
    ABANDONED("adapter.abandoned", "Requests that the program never answered; growing: it loses some, or hangs"),
    LATE_REPLIES(
            "adapter.late.replies",
            "Answers that came when nobody waited any more; growing: the model works for callers who have left"),
    UNUSABLE_LINES(
            "adapter.unusable.lines",
            "Lines where replies were expected that are none; growing: the program prints its log there"),
    LOG_LINES_DROPPED(
            "adapter.log.lines.dropped",
            "Lines of the program's own log that were dropped because there were too many"),
    CHILD_METRICS_DROPPED(
            "adapter.child.metrics.dropped",
            "The program's own metrics that were dropped; growing: see the log, or raise --child-series"),
    PUSHES(
            "adapter.pushes",
            "Pushes of these metrics to the Pushgateway; failure growing: what it shows is old, the adapter's log says"
                    + " why");

    private final String id;
    private final String help;
    private final @Nullable String unit;

    Metric(String id, String help) {
        this(id, help, null);
    }

    Metric(String id, String help, @Nullable String unit) {
        this.id = id;
        this.help = help;
        this.unit = unit;
    }

    String id() {
        return id;
    }

    String help() {
        return help;
    }

    /** The unit, where Micrometer does not put it to the name itself. */
    @Nullable
    String unit() {
        return unit;
    }
}
