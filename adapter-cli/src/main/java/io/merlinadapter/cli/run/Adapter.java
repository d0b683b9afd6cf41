package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.BatchMode;
import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.Protocol;
import io.merlinadapter.dispatch.AdapterState;
import io.merlinadapter.dispatch.Dispatcher;
import io.merlinadapter.http.exchange.FrontServices;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.exchange.ModelNames;
import io.merlinadapter.http.routes.JsonRoutes;
import io.merlinadapter.http.routes.PortRouter;
import io.merlinadapter.http.routes.PortRoutes;
import io.merlinadapter.http.server.Front;
import io.merlinadapter.http.server.FrontTransport;
import io.merlinadapter.http.server.PortSettings;
import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.loop.VertxEventLoop;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.PrometheusMetrics;
import io.merlinadapter.metrics.PrometheusMetrics.Level;
import io.merlinadapter.os.ChildStarter;
import io.merlinadapter.os.ControlGroup;
import io.merlinadapter.os.ProcessStarter;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.trace.TraceSettings;
import io.merlinadapter.trace.otlp.OtlpTracing;
import io.merlinadapter.transport.Transport;
import io.merlinadapter.upi.UpiRoutes;
import io.merlinadapter.upi.table.UpiPayload;
import io.merlinadapter.worker.PoolResources;
import io.merlinadapter.worker.Renewed;
import io.merlinadapter.worker.WorkerPool;
import io.merlinadapter.worker.WorkerSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All parts of a running adapter, put together by hand. */
final class Adapter {
    private static final Logger LOG = LoggerFactory.getLogger(Adapter.class);

    /** Threads for what grows with a body: reading it, inflating it, rendering metrics. */
    private static final int OFF_LOOP_THREADS = 4;

    /** A part of what the stop has to spare. */
    private static final Duration TO_SEND_TRACES = Duration.ofSeconds(1);

    private final Config config;
    private final MemoryBudget budget;
    private final PrometheusMetrics metrics;
    private final Vertx vertx;
    private final VertxEventLoop loop;
    private final WorkerPool pool;
    private final Dispatcher dispatcher;
    private final Transport channels;
    private final @Nullable Additions additions;
    private final @Nullable TraceSettings traces;
    /** Null where none is asked for; set by the main thread before the fronts are prepared. */
    private @Nullable OtlpTracing tracing;
    /** How each port is opened; the loop's. */
    private final List<Ports.Opener> ports = new ArrayList<>();
    /** What is to be ready before that; the loop's. */
    private final List<Future<Void>> warmups = new ArrayList<>();
    /** Completes, on the loop, when both lists are. */
    private final Promise<Void> prepared = Promise.promise();

    /**
     * @param additions null where there are none
     * @param traces null where none are asked for
     */
    Adapter(
            Config config,
            Map<String, @Nullable String> childEnvironment,
            String searchPath,
            @Nullable Additions additions,
            @Nullable TraceSettings traces) {
        this.config = config;
        this.additions = additions;
        this.traces = traces;
        budget = new MemoryBudget(config.get(Options.MEMORY_BUDGET));
        metrics = new PrometheusMetrics(new PrometheusMetrics.Settings(
                config.get(Options.MODEL_NAME),
                config.get(Options.MODEL_VERSION),
                config.get(Options.WORKERS),
                config.get(Options.REQUEST_TIMEOUT),
                config.get(Options.STARTUP_TIMEOUT),
                config.get(Options.CHILD_SERIES)));
        vertx = Vertx.builder()
                .with(vertxOptions(config.get(Options.EVENT_LOOPS)))
                .withTransport(new FrontTransport())
                .build();
        vertx.exceptionHandler(Adapter::unhandled);
        loop = VertxEventLoop.of(vertx);
        Format format = ProgramWiring.format(config);
        ChildStarter starter = new ProcessStarter(searchPath, config.get(Options.PROGRAM_MEMORY));
        channels = ProgramWiring.channels(config, loop);
        PoolResources parts = new PoolResources(loop, format, channels, starter, budget, metrics, Math::random);
        pool = new WorkerPool(workerSettings(config, childEnvironment), parts);
        Dispatcher.Settings waiting = new Dispatcher.Settings(
                config.get(Options.QUEUE_SIZE),
                config.get(Options.RETRY_ON_WORKER_LOSS),
                config.get(Options.UNREADY_GRACE));
        dispatcher = new Dispatcher(waiting, loop, pool, budget, metrics);
        showLevels();
    }

    /** Null if that fails: nothing of it may keep the adapter from serving. */
    private @Nullable OtlpTracing startTracing(TraceSettings settings) {
        try {
            return OtlpTracing.start(settings, loop::now);
        } catch (RuntimeException e) {
            // Of its settings, only files with certificates and keys have not been looked into before.
            LOG.warn(
                    "no traces are exported: {} (OTEL_EXPORTER_OTLP_CERTIFICATE, OTEL_EXPORTER_OTLP_CLIENT_KEY,"
                            + " OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE)",
                    e.getMessage());
            LOG.debug("why no traces are exported", e);
            return null;
        } catch (LinkageError e) {
            LOG.warn("no traces are exported, because their exporter can't be loaded", e);
            return null;
        }
    }

    private static void unhandled(Throwable failure) {
        LOG.error("something failed that nobody was prepared for; please report this", failure);
        if (failure instanceof OutOfMemoryError) {
            Thread here = Thread.currentThread();
            here.getUncaughtExceptionHandler().uncaughtException(here, failure);
        }
    }

    private static VertxOptions vertxOptions(int eventLoops) {
        return new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(OFF_LOOP_THREADS)
                // Nothing is served from files, and the file system may be read-only.
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    private static WorkerSettings workerSettings(Config config, Map<String, @Nullable String> childEnvironment) {
        return new WorkerSettings(
                config.command(),
                childEnvironment,
                config.get(Options.WORKERS),
                config.get(Options.MAX_IN_FLIGHT),
                new WorkerSettings.BatchSettings(
                        config.get(Options.BATCH) == BatchMode.INSTANCES,
                        config.get(Options.BATCH_MAX_SIZE),
                        config.get(Options.BATCH_MAX_DELAY)),
                config.get(Options.MAX_REPLY),
                new WorkerSettings.StartupSettings(
                        config.get(Options.SETTLE),
                        config.get(Options.WARMUP).orElse(null),
                        config.get(Options.STARTUP_TIMEOUT)),
                config.get(Options.ORDER_CHECK),
                new WorkerSettings.PatienceSettings(
                        config.get(Options.REQUEST_TIMEOUT),
                        config.get(Options.HANG_TIMEOUT),
                        config.get(Options.ABANDON_AFTER)),
                new WorkerSettings.RestartSettings(
                        config.get(Options.BACK_OFF),
                        config.get(Options.BACK_OFF_MAX),
                        config.get(Options.STABLE_AFTER),
                        config.get(Options.GIVE_UP_AFTER)),
                config.get(Options.DRAIN_TIMEOUT),
                new WorkerSettings.RecyclingSettings(
                        config.get(Options.MAX_REQUESTS), config.get(Options.MAX_RSS), config.get(Options.BAD_STREAK)));
    }

    private void showLevels() {
        metrics.gauge(Level.IN_FLIGHT, () -> pool.stats().inFlight());
        metrics.gauge(Level.READY_WORKERS, () -> pool.stats().ready());
        metrics.gauge(Level.QUEUE_DEPTH, () -> dispatcher.stats().queued());
        metrics.gauge(Level.QUEUE_BYTES, () -> dispatcher.stats().queuedBytes());
        metrics.gauge(Level.MEMORY_USED, budget::used);
        metrics.gauge(Level.MEMORY_BUDGET, budget::limit);
        ControlGroup container = ControlGroup.ofThisProcess();
        container.limit().ifPresent(limit -> {
            metrics.gauge(Level.CONTAINER_MEMORY_LIMIT, () -> container.limit().orElse(limit));
            metrics.gauge(Level.CONTAINER_MEMORY_USED, () -> container.used().orElse(0));
        });
    }

    /** Has {@code listener} called on the loop whenever the adapter is in another state; to be called before the start. */
    void onMove(Consumer<AdapterState> listener) {
        dispatcher.onMove(listener);
    }

    /** Starts the program, and makes all that its callers will need while it starts. */
    void startWorkers() {
        loop.later(pool::start);
        if (traces != null) {
            // While the program starts, too: many classes are loaded for it.
            tracing = startTracing(traces);
        }
        loop.later(() -> {
            ports.addAll(prepareFronts());
            prepared.complete();
        });
        metrics.showOwnProcess();
    }

    /** Replaces the workers; any thread. */
    Future<Renewed> renew(String why) {
        Promise<Renewed> renewed = Promise.promise();
        loop.later(() -> pool.renew(why).onComplete(renewed));
        return renewed.future();
    }

    /** Any thread. */
    Future<RunningProgram.Look> look() {
        Promise<RunningProgram.Look> seen = Promise.promise();
        loop.later(
                () -> seen.complete(new RunningProgram.Look(dispatcher.stats().queued(), pool.view())));
        return seen.future();
    }

    /** Runs {@code task} on the loop, after all that it was given before. Any thread. */
    void later(Runnable task) {
        loop.later(task);
    }

    /** Pushes its metrics from now on, if that is asked for. */
    Pushing startPushing() {
        return Pushing.start(config, metrics);
    }

    /** Sends the last traces. Waits for that, but not for long. */
    void finishTracing() {
        if (tracing != null) {
            tracing.finish(TO_SEND_TRACES);
        }
    }

    /** Completes, on the loop, if the program can't be kept running. */
    Future<WorkerPool.GaveUp> gaveUp() {
        return pool.gaveUp();
    }

    /** Whether all workers are ready. Any thread. */
    boolean isComplete() {
        WorkerPool.Stats now = pool.stats();
        return now.ready() == now.workers();
    }

    /** Opens the ports; on the loop that owns the workers. */
    Future<Ports> openPorts() {
        return prepared.future().compose(lists -> Future.join(warmups).transform(warm -> Ports.open(ports)));
    }

    private List<Ports.Opener> prepareFronts() {
        FrontSettings front = new FrontSettings(
                new ModelNames(
                        config.get(Options.MODEL_FULL_NAME),
                        config.get(Options.MODEL_NAME) + "-" + config.get(Options.MODEL_VERSION)),
                config.get(Options.REQUEST_TIMEOUT),
                config.get(Options.MAX_BODY),
                ProgramWiring.passedHeaders(config));
        List<Ports.Opener> openers = new ArrayList<>();
        if (config.get(Options.PROTOCOL).includes(Protocol.HTTP_JSON)) {
            metrics.serves(JsonRoutes.PROTOCOL, JsonRoutes.codes());
            openers.add(prepareFront(Options.HTTP_PORT, front, JsonRoutes::new));
            warmups.add(FirstPredictions.overHttp(vertx, front));
        }
        if (config.get(Options.PROTOCOL).includes(Protocol.UPI_V1)) {
            metrics.serves(UpiRoutes.PROTOCOL, UpiRoutes.codes());
            UpiPayload payload = ProgramWiring.upiPayload(config, budget, metrics);
            openers.add(prepareFront(Options.GRPC_PORT, front, on -> new UpiRoutes(on, payload)));
            warmups.add(FirstPredictions.overGrpc(vertx, front, config));
        }
        return openers;
    }

    private Ports.Opener prepareFront(Option<Integer> option, FrontSettings front, PortRoutes.Maker routes) {
        int port = config.get(option);
        PortSettings listening = new PortSettings(
                config.get(Options.HOST),
                port,
                config.get(Options.REQUEST_TIMEOUT),
                config.get(Options.EVENT_LOOPS),
                config.get(Options.MAX_CONNECTIONS),
                budget);
        FrontServices services = new FrontServices(dispatcher, budget, metrics, metrics, loop::now, tracing);
        FrontSettings shown = additions == null ? front : front.withTimings();
        Supplier<Future<Front>> prepared =
                Front.prepare(vertx, listening, PortRouter.of(shown, services, around(option, routes)));
        return () -> onLoop(prepared)
                .map(opened -> new Ports.Port(option, listening.host(), opened))
                .recover(why -> Future.failedFuture(new PortFault(option, port, listening.host(), why)));
    }

    /** The routes of a port, with what is served only where it is asked for. */
    private PortRoutes.Maker around(Option<?> port, PortRoutes.Maker routes) {
        PortRoutes.Maker described = config.get(Options.OPENAPI) ? OpenApiRoutes.around(port, config, routes) : routes;
        Additions added = additions;
        return added == null ? described : on -> added.routes().of(port, described.on(on), on);
    }

    private Future<Front> onLoop(Supplier<Future<Front>> prepared) {
        Promise<Front> open = Promise.promise();
        loop.context().runOnContext(v -> prepared.get().onComplete(open));
        return open.future();
    }

    /** Runs {@code task} on the loop, after {@code delay}. Any thread. */
    void after(Duration delay, Runnable task) {
        EventLoop.Timer unused = loop.after(delay, task);
    }

    /** Says "not ready" from now on; what comes is still served. */
    void drain() {
        loop.run(dispatcher::drain);
    }

    /**
     * Refuses what is new and what waits, and ends the program.
     *
     * @param finished whether no caller waits for anything any more; if some do, there is no more time for that
     * @param hurried completes when there is no time to ask the program politely
     */
    Future<Void> terminate(boolean finished, Future<Void> hurried) {
        Promise<Void> stopped = Promise.promise();
        loop.later(() -> {
            dispatcher.terminate().onComplete(stopped);
            if (!finished) {
                pool.endDraining();
            }
            hurried.onSuccess(now -> loop.later(pool::hurry));
        });
        return stopped.future();
    }

    /** Removes what was made for the program outside of this process. Waits for the file system. */
    void leaveNothing() {
        channels.close();
    }
}
