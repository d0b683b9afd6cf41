package io.merlinadapter.scripted;

import io.merlinadapter.dispatch.Dispatcher;
import io.merlinadapter.json.JsonLine;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.predict.CallTrace;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.protocol.JsonRpc;
import io.merlinadapter.protocol.ModelInfo;
import io.merlinadapter.worker.PoolResources;
import io.merlinadapter.worker.WorkerPool;
import io.merlinadapter.worker.WorkerSettings;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Everything but the fronts, with children in memory and a clock that is turned by hand. */
public final class ScriptedCore {
    public static final Duration TIMEOUT = Duration.ofSeconds(30);

    public final ManualEventLoop loop = new ManualEventLoop();
    public final ScriptedChildren children = new ScriptedChildren(loop);
    public final MemoryBudget budget = new MemoryBudget(32 << 20);
    public final Counts counts = new Counts();
    /** The same in each run. */
    public final Random random = new Random(17);

    public final WorkerPool pool;
    public final Dispatcher dispatcher;

    private ScriptedCore(Options options) {
        Format format = options.rpc
                ? new JsonRpc(
                        JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("m", "1", "m-1", null))
                : new JsonLines(options.kind, JsonLines.NanPolicy.FAIL);
        PoolResources resources =
                new PoolResources(loop, format, children.transport(), children, budget, counts, random::nextDouble);
        pool = new WorkerPool(options.settings(), resources);
        Dispatcher.Settings waiting =
                new Dispatcher.Settings(options.queueSize, options.retryOnWorkerLoss, options.unreadyGrace);
        dispatcher = new Dispatcher(waiting, loop, pool, budget, counts);
    }

    /** How to serve; the defaults are the adapter's own, but for {@code settle}, without which a child is ready at once. */
    public static final class Options {
        public boolean rpc;
        public JsonLines.ReplyKind kind = JsonLines.ReplyKind.OBJECT;
        public int workers = 1;
        public int maxInFlight = 1;
        public int maxNumberedInFlight = 1;
        public boolean mergesBatches;
        public int batchMaxSize = 1024;
        public Duration batchMaxDelay = Duration.ofSeconds(10);
        public int queueSize = 1000;
        public String warmup;
        public Duration settle = Duration.ZERO;
        public Duration startupTimeout = Duration.ofMinutes(5);
        public Duration orderCheck = Duration.ofMillis(100);
        public Duration requestTimeout = TIMEOUT;
        public Duration hangTimeout = Duration.ofSeconds(30);
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

        private WorkerSettings settings() {
            return new WorkerSettings(
                    List.of("scripted"),
                    Map.of(),
                    workers,
                    new WorkerSettings.InFlightLimit(maxInFlight, Math.max(maxInFlight, maxNumberedInFlight)),
                    new WorkerSettings.BatchSettings(mergesBatches, batchMaxSize, batchMaxDelay),
                    1 << 20,
                    new WorkerSettings.StartupSettings(settle, warmup, startupTimeout),
                    orderCheck,
                    new WorkerSettings.PatienceSettings(requestTimeout, hangTimeout, abandonAfter),
                    new WorkerSettings.RestartSettings(backOff, backOffMax, stableAfter, giveUpAfter),
                    drainTimeout,
                    new WorkerSettings.RecyclingSettings(maxRequests, maxRss, badStreak));
        }

        /** Starts the workers; their children run after the next turn of the loop. */
        public ScriptedCore start() {
            ScriptedCore core = new ScriptedCore(this);
            core.pool.start();
            core.loop.turn();
            return core;
        }
    }

    /** What the metrics were told. */
    public static final class Counts implements AdapterMetrics {
        public final List<DeathReason> deaths = new ArrayList<>();
        public int starts;
        public int ready;
        public int lateReplies;
        public int callersGone;
        public int unusableLines;
        public int abandoned;
        public int answered;
        public long computedNanos;
        /** How many requests were on each line, and for how long it waited for them, where several may be on one. */
        public final List<Integer> batches = new ArrayList<>();

        public final List<Duration> batchWaits = new ArrayList<>();
        /** What the processes of the worker that was told of last hold. */
        public long residentBytes;

        @Override
        public void batchSent(int size, long nanos) {
            batches.add(size);
            batchWaits.add(Duration.ofNanos(nanos));
        }

        @Override
        public void workerAnswered(int requests, long nanos) {
            answered += requests;
        }

        @Override
        public void childComputed(int worker, long nanos) {
            computedNanos += nanos;
        }

        @Override
        public void childrenHold(int worker, long bytes, long openFiles) {
            residentBytes = bytes;
        }

        @Override
        public void workerDied(DeathReason reason) {
            deaths.add(reason);
        }

        @Override
        public void workerStartTried(int worker) {
            starts++;
        }

        @Override
        public void workerStarted(int worker, long nanosToReady) {
            ready++;
        }

        @Override
        public void lateReply() {
            lateReplies++;
        }

        @Override
        public void callerGone() {
            callersGone++;
        }

        @Override
        public void unusableLine() {
            unusableLines++;
        }

        @Override
        public void abandoned() {
            abandoned++;
        }
    }

    /** One prediction, and what has become of it by now. */
    public final class Asked {
        public final PredictCall call;

        private Asked(PredictCall call) {
            this.call = call;
        }

        public boolean isOver() {
            return call.outcome().isComplete();
        }

        /** The answer's text; fails unless there is one. Gives its bytes back. */
        public String answer() {
            Future<Body> outcome = call.outcome();
            if (!outcome.succeeded()) {
                throw new AssertionError("no answer: " + (isOver() ? outcome.cause() : "it is not over"));
            }
            Body body = outcome.result();
            String text = new String(body.bytes(), body.offset(), body.length(), StandardCharsets.UTF_8);
            body.release();
            return text;
        }

        /** Why there is no answer; fails unless that is known. */
        public PredictException failure() {
            if (!call.outcome().failed()) {
                throw new AssertionError(isOver() ? "answered: " + answer() : "it is not over");
            }
            return (PredictException) call.outcome().cause();
        }

        /** Its caller goes away. */
        public void cancel() {
            call.cancel();
            loop.turn();
        }
    }

    public Asked ask(String json) {
        return ask(json, TIMEOUT);
    }

    public Asked ask(String json, Duration timeout) {
        Asked asked = askInTheSameTurn(json, timeout);
        loop.turn();
        return asked;
    }

    /** As {@link #ask}; what the loop does after this turn has not been done when it returns. */
    public Asked askInTheSameTurn(String json, Duration timeout) {
        return ask(json, timeout, "HTTP_JSON", false);
    }

    /** Asks for a front that makes something else of the reply. */
    public Asked askToTranslate(String json) {
        Asked asked = askToTranslateInTheSameTurn(json);
        loop.turn();
        return asked;
    }

    public Asked askToTranslateInTheSameTurn(String json) {
        return ask(json, TIMEOUT, "UPI_V1", true);
    }

    /** Asks for a call that is traced; what the loop does after this turn has not been done when it returns. */
    public Asked askTracedInTheSameTurn(String json, Duration timeout, CallTrace trace) {
        return new Asked(dispatcher.predict(new PredictRequest(
                line(json), Deadline.after(loop.now(), timeout), "HTTP_JSON", Map.of(), false, trace)));
    }

    private Asked ask(String json, Duration timeout, String protocol, boolean translated) {
        return new Asked(dispatcher.predict(
                new PredictRequest(line(json), Deadline.after(loop.now(), timeout), protocol, Map.of(), translated)));
    }

    private Body line(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        budget.reserve(bytes.length);
        return JsonLine.of(new Body(bytes, 0, bytes.length, budget, bytes.length));
    }

    /** Has a child write lines, and the adapter take them in. */
    public void says(ScriptedChild child, String... lines) {
        child.write(lines);
        loop.turn();
    }

    /** Has a child end, and the adapter hear of it. */
    public void ends(ScriptedChild child, int code) {
        child.exit(code);
        loop.turn();
    }

    public void advance(Duration time) {
        loop.advance(time);
    }

    /** The child that was started last. */
    public ScriptedChild child() {
        return children.last();
    }
}
