package io.merlinadapter;

import io.merlinadapter.dispatch.Dispatcher;
import io.merlinadapter.json.JsonLine;
import io.merlinadapter.loop.VertxEventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.PrometheusMetrics;
import io.merlinadapter.os.ProcessStarter;
import io.merlinadapter.os.ProgramMemory;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.protocol.JsonRpc;
import io.merlinadapter.protocol.ModelInfo;
import io.merlinadapter.transport.StdioTransport;
import io.merlinadapter.worker.PoolResources;
import io.merlinadapter.worker.WorkerPool;
import io.merlinadapter.worker.WorkerSettings;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Everything but the fronts, with a real child: what the tests of core serve from. */
public final class CoreHarness implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofMinutes(2);

    public final MemoryBudget budget = new MemoryBudget(32 << 20);
    public final PrometheusMetrics metrics;
    public final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    public final VertxEventLoop loop = VertxEventLoop.of(vertx);
    public final WorkerPool pool;
    public final Dispatcher dispatcher;

    private CoreHarness(Options options) {
        metrics = new PrometheusMetrics(new PrometheusMetrics.Settings(
                "model", "1", options.workers, Duration.ofSeconds(30), Duration.ofMinutes(5), 1000));
        Format format = options.rpc
                ? new JsonRpc(options.kind, options.nan, new ModelInfo("model", "1", "model-1", null))
                : new JsonLines(options.kind, options.nan);
        PoolResources parts = new PoolResources(
                loop,
                format,
                new StdioTransport(loop),
                new ProcessStarter(System.getenv("PATH"), ProgramMemory.ANY),
                budget,
                metrics,
                Math::random);
        pool = new WorkerPool(options.settings(), parts);
        dispatcher = new Dispatcher(options.waiting(), loop, pool, budget, metrics);
    }

    /** How to serve; every field has a default that suits most tests. */
    public static final class Options {
        public List<String> command = scripted();
        public int workers = 1;
        public int maxInFlight = 1;
        public int maxNumberedInFlight = 1;
        public boolean mergesBatches;
        public int batchMaxSize = 1024;
        public Duration batchMaxDelay = Duration.ofSeconds(10);
        public int maxReply = 16 << 20;
        public int queueSize = 1000;
        public String warmup;
        public Duration settle = Duration.ZERO;
        public Duration startupTimeout = PATIENCE;
        public Duration orderCheck = Duration.ofMillis(20);
        public Duration requestTimeout = Duration.ZERO;
        public Duration hangTimeout = Duration.ofMinutes(1);
        public Duration abandonAfter = Duration.ofSeconds(30);
        public Duration unreadyGrace = Duration.ofSeconds(10);
        public Duration drainTimeout = Duration.ofSeconds(15);
        public Duration backOff = Duration.ofMillis(100);
        public Duration backOffMax = Duration.ofSeconds(5);
        public Duration stableAfter = Duration.ofMinutes(1);
        public int giveUpAfter = 5;
        public int maxRequests;
        public long maxRss;
        public int badStreak;
        public boolean retryOnWorkerLoss;
        public boolean rpc;
        public JsonLines.ReplyKind kind = JsonLines.ReplyKind.OBJECT;
        public JsonLines.NanPolicy nan = JsonLines.NanPolicy.FAIL;

        private WorkerSettings settings() {
            var startup = new WorkerSettings.StartupSettings(settle, warmup, startupTimeout);
            var patience = new WorkerSettings.PatienceSettings(requestTimeout, hangTimeout, abandonAfter);
            var restarts = new WorkerSettings.RestartSettings(backOff, backOffMax, stableAfter, giveUpAfter);
            var recycling = new WorkerSettings.RecyclingSettings(maxRequests, maxRss, badStreak);
            return new WorkerSettings(
                    command,
                    Map.of(),
                    workers,
                    new WorkerSettings.InFlightLimit(maxInFlight, Math.max(maxInFlight, maxNumberedInFlight)),
                    new WorkerSettings.BatchSettings(mergesBatches, batchMaxSize, batchMaxDelay),
                    maxReply,
                    startup,
                    orderCheck,
                    patience,
                    restarts,
                    drainTimeout,
                    recycling);
        }

        private Dispatcher.Settings waiting() {
            return new Dispatcher.Settings(queueSize, retryOnWorkerLoss, unreadyGrace);
        }

        /** Starts the workers without waiting for them. */
        public CoreHarness start() {
            CoreHarness rig = new CoreHarness(this);
            rig.loop.run(rig.pool::start);
            return rig;
        }

        /** Starts the workers and waits until the first is ready. */
        public CoreHarness serve() {
            CoreHarness rig = new CoreHarness(this);
            rig.await(rig.onLoop(() -> rig.pool.start()).compose(ready -> ready));
            return rig;
        }
    }

    /** The command line of the scripted child. */
    public static List<String> scripted(String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3", "-u"));
        command.add(Path.of(System.getProperty("project.root"), "adapter-core/src/test/children/scripted.py")
                .toString());
        command.addAll(List.of(arguments));
        return command;
    }

    public PredictCall call(String json, Duration timeout) {
        return call(json, Deadline.after(loop.now(), timeout));
    }

    public PredictCall call(String json, Deadline deadline) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        budget.reserve(bytes.length);
        Body body = JsonLine.of(new Body(bytes, 0, bytes.length, budget, bytes.length));
        return dispatcher.predict(new PredictRequest(JsonLine.of(body), deadline, "HTTP_JSON", Map.of()));
    }

    public Future<String> predict(String json) {
        return predict(json, PATIENCE);
    }

    public Future<String> predict(String json, Duration timeout) {
        return text(call(json, timeout));
    }

    /** The answer's text; gives its bytes back. */
    public static Future<String> text(PredictCall call) {
        return call.outcome().map(CoreHarness::take);
    }

    private static String take(Body body) {
        String text = new String(body.bytes(), body.offset(), body.length(), StandardCharsets.UTF_8);
        body.release();
        return text;
    }

    public String answer(String json) {
        return await(predict(json));
    }

    public PredictException failure(String json) {
        return failure(predict(json));
    }

    public PredictException failure(Future<String> outcome) {
        try {
            throw new AssertionError("answered: " + get(outcome));
        } catch (ExecutionException e) {
            return (PredictException) e.getCause();
        }
    }

    public <T> T await(Future<T> future) {
        try {
            return get(future);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static <T> T get(Future<T> future) throws ExecutionException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("nothing within " + PATIENCE, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public <T> Future<T> onLoop(Callable<T> task) {
        Promise<T> done = Promise.promise();
        loop.later(() -> {
            try {
                done.complete(task.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future();
    }

    /** Completes after {@code time}. */
    public Future<Void> later(Duration time) {
        Promise<Void> over = Promise.promise();
        loop.after(time, over::complete);
        return over.future();
    }

    /** Waits until something is so, looking from the loop. */
    public void until(BooleanSupplier condition) {
        Promise<Void> met = Promise.promise();
        loop.later(() -> look(condition, met));
        await(met.future());
    }

    private void look(BooleanSupplier condition, Promise<Void> met) {
        if (condition.getAsBoolean()) {
            met.complete();
        } else {
            loop.after(Duration.ofMillis(5), () -> look(condition, met));
        }
    }

    /** The value of one line of the metrics page; 0 if it is not there. */
    public double metric(String name, String... labels) {
        return metrics.render(null)
                .text()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        await(onLoop(pool::stop).compose(stopped -> stopped));
        await(vertx.close());
    }
}
