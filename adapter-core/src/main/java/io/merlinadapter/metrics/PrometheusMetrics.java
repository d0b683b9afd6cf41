package io.merlinadapter.metrics;

import io.merlinadapter.predict.FailureKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts into Micrometer's Prometheus registry. Meters are looked up once and kept: a request that is counted costs a few
 * additions. Everything is registered before it first happens: a counter that appears with its first event hides that from
 * {@code increase()}. Any thread.
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
    private final Counter abandoned;
    private final Counter lateReplies;
    private final Counter cancelled;
    private final Counter unusableLines;
    private final Counter logLinesDropped;
    private final Map<ChildReports.Drop, Counter> childDrops = new EnumMap<>(ChildReports.Drop.class);
    private final ChildMetrics childMetrics;

    /** Registers everything that is counted. */
    public PrometheusMetrics(MetricsSettings settings) {
        registry.config().commonTags("model_name", settings.modelName(), "model_version", settings.modelVersion());
        labels = settings.labels();
        requestBounds = Bounds.between(SHORTEST_REQUEST, settings.requestTimeout());
        queueWait = meters.timer(Metric.QUEUE_WAIT, Tags.empty(), requestBounds);
        workerDuration = meters.timer(Metric.WORKER_DURATION, Tags.empty(), requestBounds);
        workerStart = meters.timer(
                Metric.WORKER_START, Tags.empty(), Bounds.between(SHORTEST_START, settings.startupTimeout()));
        abandoned = meters.counter(Metric.ABANDONED, Tags.empty());
        lateReplies = meters.counter(Metric.LATE_REPLIES, Tags.empty());
        cancelled = meters.counter(Metric.CANCELLED, Tags.empty());
        unusableLines = meters.counter(Metric.UNUSABLE_LINES, Tags.empty());
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

    /** Registers what the adapter itself uses, apart because that takes a while that the program need not wait for. */
    public void showOwnProcess() {
        OwnProcess.bindTo(registry, labels);
    }

    /** For who pushes; counted from now on. */
    PushMeters pushMeters() {
        return new PushMeters(
                meters.counter(Metric.PUSHES, Tags.of("outcome", "success")),
                meters.counter(Metric.PUSHES, Tags.of("outcome", "failure")));
    }

    /** Shows a number that others keep. */
    public void gauge(Level level, Supplier<Number> value) {
        meters.gauge(level.metric, Tags.empty(), value);
    }

    /** The numbers that others keep. */
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

    /** Shows, at 0, what a protocol will answer with. */
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
    public void workerAnswered(long nanos) {
        workerDuration.record(nanos, TimeUnit.NANOSECONDS);
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
    public ChildReports childStarts(int worker, ChildReports.Complaints complaints) {
        return childMetrics.childStarts(worker, complaints);
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
}
