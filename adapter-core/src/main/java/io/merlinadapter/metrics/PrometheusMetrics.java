package io.merlinadapter.metrics;

import io.merlinadapter.metrics.child.ChildMetrics;
import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.predict.FailureKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts into Micrometer's Prometheus registry. Meters are looked up once and kept, so that counting a request costs a few
 * additions. All are registered before their first event: {@code increase()} does not see the event with which a counter
 * appears. Any thread.
 */
public final class PrometheusMetrics implements AdapterMetrics, MetricsPage {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Duration SHORTEST_REQUEST = Duration.ofMillis(1);
    private static final Duration SHORTEST_START = Duration.ofMillis(100);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final Duration[] requestBounds;
    private final Labels labels;

    private final Map<String, ProtocolMeters> protocols = new ConcurrentHashMap<>();
    private final List<WorkerMeters> workers = new ArrayList<>();
    private final Map<FailureKind, Counter> failures = new EnumMap<>(FailureKind.class);
    private final Map<DeathReason, Counter> deaths = new EnumMap<>(DeathReason.class);
    private final Timer queueWait;
    private final Timer workerDuration;
    private final Timer workerStart;
    /** Null until a program takes batches. */
    private volatile @Nullable BatchMeters batches;

    private final Counter abandoned;
    private final Counter lateReplies;
    private final Counter cancelled;
    private final Counter unusableLines;
    private final Counter foreignRowIds;
    private final Counter logLinesDropped;
    private final Map<ChildReports.Drop, Counter> childDrops = new EnumMap<>(ChildReports.Drop.class);
    private final ChildMetrics childMetrics;

    /** Registers all metrics but those that have a {@code show…} method. */
    public PrometheusMetrics(Settings settings) {
        registry.config().commonTags("model_name", settings.modelName(), "model_version", settings.modelVersion());
        labels = settings.labels();
        requestBounds = Meters.bounds(SHORTEST_REQUEST, settings.requestTimeout());
        queueWait = meters.timer(Metric.QUEUE_WAIT, Tags.empty(), requestBounds);
        workerDuration = meters.timer(Metric.WORKER_DURATION, Tags.empty(), requestBounds);
        workerStart = meters.timer(
                Metric.WORKER_START, Tags.empty(), Meters.bounds(SHORTEST_START, settings.startupTimeout()));
        abandoned = meters.counter(Metric.ABANDONED, Tags.empty());
        lateReplies = meters.counter(Metric.LATE_REPLIES, Tags.empty());
        cancelled = meters.counter(Metric.CANCELLED, Tags.empty());
        unusableLines = meters.counter(Metric.UNUSABLE_LINES, Tags.empty());
        foreignRowIds = meters.counter(Metric.FOREIGN_ROW_IDS, Tags.empty());
        logLinesDropped = meters.counter(Metric.LOG_LINES_DROPPED, Tags.empty());
        for (FailureKind kind : FailureKind.values()) {
            failures.put(kind, meters.counter(Metric.FAILURES, Meters.tag("kind", kind)));
        }
        for (DeathReason reason : DeathReason.values()) {
            deaths.put(reason, meters.counter(Metric.WORKER_DEATHS, Meters.tag("reason", reason)));
        }
        for (int number = 0; number < settings.workers(); number++) {
            workers.add(new WorkerMeters(meters, number));
        }
        meters.gauge(Metric.WORKERS, Tags.empty(), settings::workers);
        for (ChildReports.Drop reason : ChildReports.Drop.values()) {
            childDrops.put(reason, meters.counter(Metric.CHILD_METRICS_DROPPED, Meters.tag("reason", reason)));
        }
        childMetrics = new ChildMetrics(labels, settings.childSeries(), this::childMetricsDropped);
        registry.getPrometheusRegistry().register(childMetrics);
    }

    /**
     * Registers what the adapter's own process uses, as {@code jvm_*} and {@code process_*}. Apart from the constructor
     * because it takes a while, for which the start of the program need not wait.
     */
    public void showOwnProcess() {
        new JvmMemoryMetrics().bindTo(registry);
        // Lives as long as the process: there is nothing to close.
        @SuppressWarnings("resource")
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        // Micrometer has other names for these, and none for the resident memory.
        ProcessMetrics.builder().constLabels(labels).register(registry.getPrometheusRegistry());
    }

    /** Shows the counters of pushes, at 0; without a Pushgateway they are not there. */
    public void showPushes() {
        pushes(true);
        pushes(false);
    }

    /** A push to the Pushgateway has ended. */
    public void pushed(boolean success) {
        pushes(success).increment();
    }

    private Counter pushes(boolean success) {
        return meters.counter(Metric.PUSHES, Tags.of("outcome", success ? "success" : "failure"));
    }

    /** Shows a value that another class keeps; it is read for each page. */
    public void gauge(Level level, Supplier<Number> value) {
        meters.gauge(level.metric, Tags.empty(), value);
    }

    /** The values that other classes keep. */
    public enum Level {
        IN_FLIGHT(Metric.IN_FLIGHT),
        QUEUE_DEPTH(Metric.QUEUE_DEPTH),
        QUEUE_BYTES(Metric.QUEUE_BYTES),
        READY_WORKERS(Metric.READY_WORKERS),
        MEMORY_USED(Metric.MEMORY_USED),
        MEMORY_BUDGET(Metric.MEMORY_BUDGET),
        CONTAINER_MEMORY_USED(Metric.CONTAINER_MEMORY_USED),
        CONTAINER_MEMORY_LIMIT(Metric.CONTAINER_MEMORY_LIMIT);

        private final Metric metric;

        Level(Metric metric) {
            this.metric = metric;
        }
    }

    /** Shows the counters of a protocol at 0, for the statuses that it may answer with. */
    public void serves(String protocol, Set<Integer> codes) {
        ProtocolMeters served = protocol(protocol);
        codes.forEach(served::counter);
    }

    private ProtocolMeters protocol(String protocol) {
        return protocols.computeIfAbsent(protocol, name -> new ProtocolMeters(meters, name, requestBounds));
    }

    @Override
    public void requestEnded(String protocol, int code, Outcome outcome, long nanos) {
        protocol(protocol).ended(code, outcome, nanos);
    }

    @Override
    public void predictionFailed(FailureKind kind) {
        increment(failures.get(kind));
    }

    private static void increment(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void waitedInQueue(long nanos) {
        queueWait.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void workerAnswered(int requests, long nanos) {
        for (int i = 0; i < requests; i++) {
            workerDuration.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void batchesAreTaken() {
        batches = batches == null ? new BatchMeters(meters) : batches;
    }

    @Override
    public void batchSent(int size, long nanos) {
        BatchMeters shown = batches;
        if (shown != null) {
            shown.sent(size, nanos);
        }
    }

    @Override
    public void abandoned() {
        abandoned.increment();
    }

    @Override
    public void lateReply() {
        lateReplies.increment();
    }

    @Override
    public void callerGone() {
        cancelled.increment();
    }

    @Override
    public void foreignRowIds() {
        foreignRowIds.increment();
    }

    @Override
    public void unusableLine() {
        unusableLines.increment();
    }

    @Override
    public void logLinesDropped(int lines) {
        logLinesDropped.increment(lines);
    }

    @Override
    public void workerStarted(int worker, long nanosToReady) {
        workerStart.record(nanosToReady, TimeUnit.NANOSECONDS);
    }

    @Override
    public void workerStartTried(int worker) {
        workers.get(worker).started();
    }

    @Override
    public void workerIsUp(int worker, boolean up) {
        workers.get(worker).isUp(up);
    }

    @Override
    public void childComputed(int worker, long nanos) {
        workers.get(worker).computed(nanos);
    }

    @Override
    public void childrenHold(int worker, long residentBytes, long openFiles) {
        workers.get(worker).hold(residentBytes, openFiles);
    }

    @Override
    public void workerDied(DeathReason reason) {
        increment(deaths.get(reason));
    }

    @Override
    public ChildReports childStarts(int worker, ChildReports.DropListener drops) {
        return childMetrics.childStarts(worker, drops);
    }

    private void childMetricsDropped(ChildReports.Drop reason, int number) {
        Counter counter = childDrops.get(reason);
        if (counter != null) {
            counter.increment(number);
        }
    }

    @Override
    public Page render(@Nullable String accept) {
        boolean open = accept != null && accept.contains(OPEN_METRICS);
        return open
                ? new Page(OPEN_METRICS_TYPE, registry.scrape(OPEN_METRICS))
                : new Page(TEXT_TYPE, registry.scrape());
    }

    /**
     * The fixed properties of the adapter.
     *
     * @param modelName a label of every series, as is {@code modelVersion}
     * @param workers the configured number of workers
     * @param requestTimeout the longest time of a request: the last bound of its histograms
     * @param startupTimeout the longest time of a program's start: the last bound of its histogram
     * @param childSeries the most time series that the program may report
     */
    public record Settings(
            String modelName,
            String modelVersion,
            int workers,
            Duration requestTimeout,
            Duration startupTimeout,
            int childSeries) {
        /** The labels of every series. */
        Labels labels() {
            return Labels.of("model_name", modelName, "model_version", modelVersion);
        }
    }

    /** The meters of one protocol, found without allocating a key for each request. Any thread. */
    private static final class ProtocolMeters {
        private static final String PROTOCOL = "protocol";
        private static final int CODES = 600;

        private final Meters meters;
        private final String protocol;
        private final AtomicReferenceArray<@Nullable Counter> byCode = new AtomicReferenceArray<>(CODES);
        private final Map<Outcome, Timer> byOutcome = new EnumMap<>(Outcome.class);

        ProtocolMeters(Meters meters, String protocol, Duration... bounds) {
            this.meters = meters;
            this.protocol = protocol;
            for (Outcome outcome : Outcome.values()) {
                Tags tags = Meters.tag("outcome", outcome).and(PROTOCOL, protocol);
                byOutcome.put(outcome, meters.timer(Metric.REQUEST_DURATION, tags, bounds));
            }
        }

        /** The counter of a status; on the page from the first call on. */
        Counter counter(int code) {
            Counter counter = byCode.get(code);
            if (counter == null) {
                counter = meters.counter(Metric.REQUESTS, Tags.of(PROTOCOL, protocol, "code", Integer.toString(code)));
                byCode.set(code, counter);
            }
            return counter;
        }

        void ended(int code, Outcome outcome, long nanos) {
            counter(code).increment();
            Timer timer = byOutcome.get(outcome);
            if (timer != null) {
                timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        }
    }

    /** How well batches are filled, and at what price. Any thread. */
    private static final class BatchMeters {
        private static final Duration SHORTEST_WAIT = Duration.ofNanos(100_000);
        private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
        private static final int LARGEST = 1024;

        private final DistributionSummary size;
        private final Timer wait;

        BatchMeters(Meters meters) {
            size = meters.sizes(Metric.BATCH_SIZE, LARGEST);
            wait = meters.timer(Metric.BATCH_WAIT, Tags.empty(), Meters.bounds(SHORTEST_WAIT, LONGEST_WAIT));
        }

        void sent(int requests, long nanos) {
            size.record(requests);
            wait.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    /** The meters of one worker number, over all its processes. Any thread. */
    private static final class WorkerMeters {
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
}
