package io.merlinadapter.metrics;

import io.merlinadapter.predict.FailureKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts into Micrometer's Prometheus registry. Meters are looked up once and kept: a request that is counted costs a few
 * additions. Any thread.
 */
public final class PrometheusMetrics implements AdapterMetrics, MetricsPage {
    private static final String OPEN_METRICS = "application/openmetrics-text";
    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    private static final String TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final Duration SHORTEST = Duration.ofNanos(500_000);

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Duration longest;

    private final Map<String, ProtocolMeters> protocols = new ConcurrentHashMap<>();
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

    /**
     * Registers everything that is counted, so that it can be seen before it first happens.
     *
     * @param requestTimeout the longest that a request may take, from which the histograms' bounds follow
     */
    public PrometheusMetrics(String modelName, String modelVersion, Duration requestTimeout) {
        this.longest = requestTimeout;
        registry.config().commonTags("model_name", modelName, "model_version", modelVersion);
        queueWait = timer(
                MetricNames.QUEUE_WAIT, "Time a request waited for a worker; high: too few workers", Tags.empty());
        workerDuration = timer(
                MetricNames.WORKER_DURATION, "Time the program took to answer; high: the model is slow", Tags.empty());
        workerStart = timer(
                MetricNames.WORKER_START,
                "Time from starting a program to its being ready; high: slow loading",
                Tags.empty());
        abandoned = counter(MetricNames.ABANDONED, "Requests that the program never answered", Tags.empty());
        lateReplies =
                counter(MetricNames.LATE_REPLIES, "Answers dropped because their deadline had passed", Tags.empty());
        cancelled = counter(MetricNames.CANCELLED, "Requests whose caller went away before the answer", Tags.empty());
        unusableLines = counter(
                MetricNames.UNUSABLE_LINES,
                "Lines on the program's stdout that are no usable answer; high: it prints logs there",
                Tags.empty());
        logLinesDropped = counter(
                MetricNames.LOG_LINES_DROPPED, "Lines of the program's own log dropped as a flood", Tags.empty());
        for (FailureKind kind : FailureKind.values()) {
            failures.put(kind, counter(MetricNames.FAILURES, "Predictions that failed, by kind", tag("kind", kind)));
        }
        for (DeathReason reason : DeathReason.values()) {
            deaths.put(
                    reason, counter(MetricNames.WORKER_DEATHS, "Workers that ended, by reason", tag("reason", reason)));
        }
        bindJvm();
    }

    private void bindJvm() {
        new JvmMemoryMetrics().bindTo(registry);
        // Lives as long as the process: there is nothing to close.
        @SuppressWarnings("resource")
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    private static Tags tag(String name, Enum<?> value) {
        return Tags.of(name, value.name().toLowerCase(Locale.ROOT));
    }

    private Counter counter(String name, String help, Tags tags) {
        return Counter.builder(name).description(help).tags(tags).register(registry);
    }

    /** For who pushes; counted from now on. */
    PushMeters pushMeters() {
        return new PushMeters(
                counter(MetricNames.PUSHES, PushMeters.HELP, Tags.of("outcome", "success")),
                counter(MetricNames.PUSHES, PushMeters.HELP, Tags.of("outcome", "failure")));
    }

    private Timer timer(String name, String help, Tags tags) {
        return Timer.builder(name)
                .description(help)
                .tags(tags)
                .publishPercentileHistogram()
                .minimumExpectedValue(SHORTEST)
                .maximumExpectedValue(longest)
                .register(registry);
    }

    /** Shows a number that others keep. */
    public void gauge(Level level, Supplier<Number> value) {
        Gauge.builder(level.metric, value)
                .description(level.help)
                .baseUnit(level.unit)
                .register(registry);
    }

    /** The numbers that others keep. */
    public enum Level {
        IN_FLIGHT(MetricNames.IN_FLIGHT, "Requests that programs have and have not answered", null),
        QUEUE_DEPTH(MetricNames.QUEUE_DEPTH, "Requests waiting for a worker; high: too few workers", null),
        QUEUE_BYTES(MetricNames.QUEUE_BYTES, "Size of the requests waiting for a worker", "bytes"),
        READY_WORKERS(MetricNames.READY_WORKERS, "Workers that take requests; low: programs die or load", null);

        private final String metric;
        private final String help;
        private final @Nullable String unit;

        Level(String metric, String help, @Nullable String unit) {
            this.metric = metric;
            this.help = help;
            this.unit = unit;
        }
    }

    @Override
    public void requestEnded(String protocol, int code, Outcome outcome, long nanos) {
        protocols.computeIfAbsent(protocol, this::protocolMeters).ended(code, outcome, nanos);
    }

    private ProtocolMeters protocolMeters(String protocol) {
        return new ProtocolMeters(
                code -> counter(
                        MetricNames.REQUESTS,
                        "Requests answered, by protocol and status",
                        Tags.of("protocol", protocol, "code", Integer.toString(code))),
                outcome -> timer(
                        MetricNames.REQUEST_DURATION,
                        "Time from a request's headers to its answer",
                        tag("outcome", outcome).and("protocol", protocol)));
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
        counter(
                        MetricNames.WORKER_STARTS,
                        "Times a program was started; growing: it keeps ending",
                        Tags.of("worker", Integer.toString(worker)))
                .increment();
    }

    @Override
    public void workerDied(DeathReason reason) {
        increment(deaths.get(reason));
    }

    @Override
    public Page render(@Nullable String accept) {
        boolean open = accept != null && accept.contains(OPEN_METRICS);
        return open
                ? new Page(OPEN_METRICS_TYPE, registry.scrape(OPEN_METRICS))
                : new Page(TEXT_TYPE, registry.scrape());
    }
}
