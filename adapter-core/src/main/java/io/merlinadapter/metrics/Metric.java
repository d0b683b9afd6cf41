package io.merlinadapter.metrics;

import org.jspecify.annotations.Nullable;

/**
 * All metrics of the adapter: the name as Micrometer writes it (Prometheus adds the unit and {@code _total}), the help text
 * with advice for unusual values, and the unit.
 */
enum Metric {
    REQUESTS(
            "adapter.requests",
            "Answered predictions, by protocol and status: that of HTTP, or gRPC's number for gRPC calls"),
    REQUEST_DURATION(
            "adapter.request.duration",
            "Time from a request's headers to its answer; if high, compare adapter_queue_wait_seconds (too"
                    + " few workers) with adapter_worker_duration_seconds (a slow model)"),
    FAILURES("adapter.failures", "Failed predictions, by kind: look here first when errors rise"),
    CANCELLED(
            "adapter.cancelled",
            "Predictions whose caller left before the answer; if high, the callers' timeouts are shorter than"
                    + " the model needs"),
    QUEUE_WAIT(
            "adapter.queue.wait",
            "Time that complete requests waited for a worker; if high, there are too few workers for the load"),
    WORKER_DURATION(
            "adapter.worker.duration", "Time that the program took to answer; if high, the model itself is slow"),
    BATCH_SIZE(
            "adapter.batch.size",
            "Requests that the program got on one line, if it takes batches; if mostly 1, there are too few callers at a"
                    + " time for batches to pay"),
    BATCH_WAIT(
            "adapter.batch.wait",
            "Time that a batch waited for further requests although a worker had room; if high while batches stay small,"
                    + " lower --batch-max-delay"),
    IN_FLIGHT(
            "adapter.in.flight",
            "Requests sent to a program and not answered yet; if it stays at the most that all workers can"
                    + " hold, they are busy all the time"),
    QUEUE_DEPTH(
            "adapter.queue.depth", "Requests waiting for a worker; if high, there are too few workers for the load"),
    QUEUE_BYTES(
            "adapter.queue", "Size of the requests waiting for a worker; if high, see adapter_queue_depth", "bytes"),
    MEMORY_USED(
            "adapter.memory.used",
            "Memory used by requests and replies; near adapter_memory_budget_bytes, new requests are refused",
            "bytes"),
    MEMORY_BUDGET(
            "adapter.memory.budget", "Memory that requests and replies may use together (--memory-budget)", "bytes"),
    CONTAINER_MEMORY_USED(
            "adapter.container.memory.used",
            "Memory of all processes of the container that the kernel can't reclaim; near the limit, one of"
                    + " them will be killed",
            "bytes"),
    CONTAINER_MEMORY_LIMIT("adapter.container.memory.limit", "Memory limit of the container", "bytes"),
    WORKERS("adapter.workers", "Configured workers"),
    READY_WORKERS(
            "adapter.workers.ready",
            "Workers that take requests; if it stays below adapter_workers, the program dies, hangs or is"
                    + " still loading"),
    WORKER_UP("adapter.worker.up", "1 if this worker takes requests; 0 while it starts, ends or is missing"),
    WORKER_STARTS("adapter.worker.starts", "Starts of the program; if growing, it keeps ending"),
    WORKER_START(
            "adapter.worker.start",
            "Time from the program's start until it was ready; if high, it loads for long, and so does every"
                    + " restart"),
    WORKER_DEATHS(
            "adapter.worker.deaths",
            "Ended workers, by reason; all but recycled are failures of the program, and the log has its last"
                    + " output"),
    CHILD_CPU(
            "adapter.child.cpu",
            "CPU time of the worker's processes, over all restarts; grows by one second per second for each"
                    + " busy core",
            "seconds"),
    CHILD_MEMORY(
            "adapter.child.resident.memory",
            "Resident memory of the worker's processes, shared pages counted for each; if it never stops"
                    + " growing, the program leaks, see --max-rss",
            "bytes"),
    CHILD_FILES(
            "adapter.child.open.fds",
            "Open files, sockets and pipes of the worker's processes; if it never stops growing, the program"
                    + " does not close them"),
    ABANDONED("adapter.abandoned", "Requests that the program never answered; if growing, it loses some, or hangs"),
    LATE_REPLIES(
            "adapter.late.replies",
            "Replies that came after their caller had left; if growing, the model works for callers that no"
                    + " longer wait"),
    FOREIGN_ROW_IDS(
            "adapter.foreign.row.ids",
            "Replies over UPI_V1 whose rows have other ids than the request's, though as many; callers may not be able to"
                    + " join them"),
    UNUSABLE_LINES(
            "adapter.unusable.lines",
            "Lines on the reply stream that are not replies; if growing, the program prints its log there"),
    LOG_LINES_DROPPED(
            "adapter.log.lines.dropped", "Lines of the program's log that were dropped because there were too many"),
    CHILD_METRICS_DROPPED(
            "adapter.child.metrics.dropped",
            "Samples of the program's own metrics that were dropped; if growing, see the log, or raise"
                    + " --child-series"),
    PUSHES(
            "adapter.pushes",
            "Pushes of these metrics to the Pushgateway; if failure grows, it shows old values, and the"
                    + " adapter's log says why");

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

    /** The unit; null where Micrometer adds it to the name itself. */
    @Nullable
    String unit() {
        return unit;
    }
}
