package io.merlinadapter.worker;

import io.merlinadapter.json.JsonLine;
import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.Capabilities;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.text.Durations;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a new child counts as ready: when it has answered {@code initialize}, in a format that has it, and the
 * warm-up request and has then kept quiet; without either, when it has connected or is still alive after a moment.
 * Event loop only.
 */
final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    /** The front that programs are told the warm-up came over. */
    private static final String WARMUP_PROTOCOL = "HTTP_JSON";
    /** The adapter's own requests are paid for by nobody. */
    private static final MemoryBudget UNPAID = new MemoryBudget(Long.MAX_VALUE);

    private final WorkerSettings.StartupSettings settings;
    private final PoolResources resources;
    private final EventLoop loop;
    private final int worker;
    private final Pipeline pipeline;
    private final boolean proven;
    private final Deadline deadline;
    private final Promise<String> outcome = Promise.promise();
    private final EventLoop.Timer timeout;
    private EventLoop.@Nullable Timer settling;
    private String expected = "it was not ready";
    private @Nullable Cause whyNever;
    private boolean warmUpAnswered;
    private boolean over;

    /**
     * The child is being started: from now on its time runs.
     *
     * @param proven true if this program has answered before
     * @param describeChild what the child has been seen to do, for messages
     */
    Startup(
            WorkerSettings.StartupSettings settings,
            PoolResources resources,
            int worker,
            Pipeline pipeline,
            boolean proven,
            Supplier<String> describeChild) {
        this.settings = settings;
        this.resources = resources;
        this.loop = resources.loop();
        this.worker = worker;
        this.pipeline = pipeline;
        this.proven = proven;
        this.deadline = Deadline.after(loop.now(), settings.startupTimeout());
        this.timeout = loop.after(
                settings.startupTimeout(),
                () -> fail(new Cause(
                        expected + " within --startup-timeout (" + Durations.show(settings.startupTimeout()) + ")",
                        describeChild.get())));
    }

    /** Completes with the sign by which the child is ready, or fails if it never will be, for the reason {@link #whyNever}. */
    Future<String> outcome() {
        return outcome.future();
    }

    /** Why {@link #outcome} failed with {@code failure}. */
    Cause whyNever(Throwable failure) {
        return whyNever == null ? new Cause("it was not ready", String.valueOf(failure.getMessage())) : whyNever;
    }

    /** The child runs, and its channel is open. */
    void begin() {
        if (over) {
            return;
        }
        if (resources.format().hasIds()) {
            expected = "it did not answer initialize (does it speak --format=jsonrpc?)";
            pipeline.initialize(new Initialize());
        } else if (settings.warmup() != null) {
            warmUp(settings.warmup());
        } else if (resources.transport().openingIsProof()) {
            ready("it opened the channel after " + elapsed());
        } else if (proven || settings.settle().isZero()) {
            ready("it runs");
        } else {
            settling = loop.after(settings.settle(), () -> ready("it still runs after " + elapsed()));
        }
    }

    private void warmUp(String json) {
        expected = "it did not answer the warm-up request (--warmup)";
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        pipeline.send(new WarmUp(JsonLine.of(new Body(bytes, 0, bytes.length, UNPAID, 0))));
    }

    private void initialized(Capabilities capabilities) {
        if (over) {
            return;
        }
        pipeline.learned(capabilities);
        if (pipeline.capacity() < capabilities.concurrency()) {
            LOG.info(
                    "worker {}: it can do {} requests at a time and gets {} (--max-in-flight)",
                    worker,
                    capabilities.concurrency(),
                    pipeline.capacity());
        }
        if (settings.warmup() != null) {
            warmUp(settings.warmup());
        } else {
            ready("it answered initialize after " + elapsed());
        }
    }

    /** The child was left idle for a moment, and kept quiet. */
    void orderChecked() {
        if (warmUpAnswered) {
            readyAfterWarmUp();
        }
    }

    private void readyAfterWarmUp() {
        ready("it answered the warm-up request after " + elapsed());
    }

    private void ready(String sign) {
        if (!over) {
            stop();
            outcome.complete(sign);
        }
    }

    private void fail(Cause why) {
        if (!over) {
            stop();
            whyNever = why;
            outcome.fail(why.forLog());
        }
    }

    /** Nothing is decided here any more. */
    void stop() {
        over = true;
        timeout.stop();
        if (settling != null) {
            settling.stop();
        }
    }

    private String elapsed() {
        return Durations.show(Duration.ofNanos(loop.now() - deadline.acceptedNanos()));
    }

    /** A request of the adapter's own. */
    private abstract class OwnRequest implements WorkerRequest {
        private final PredictRequest asked;

        OwnRequest(Body body) {
            this.asked = new PredictRequest(body, deadline, WARMUP_PROTOCOL, Map.of());
        }

        @Override
        public PredictRequest asked() {
            return asked;
        }

        @Override
        public boolean isCallers() {
            return false;
        }

        @Override
        public boolean mayBeRepeated() {
            return false;
        }

        @Override
        public void comesBack(boolean seen) {
            // The child ended before it read the line: its end, of which the worker is told next, is what counts.
            stop();
        }
    }

    private final class Initialize extends OwnRequest {
        Initialize() {
            super(new Body(new byte[0], 0, 0, UNPAID, 0));
        }

        @Override
        public void answered(Body reply) {
            Capabilities capabilities;
            try {
                capabilities = resources.format().capabilities(reply);
            } catch (IllegalArgumentException e) {
                fail(new Cause("its answer to initialize can't be used", String.valueOf(e.getMessage())));
                return;
            } finally {
                reply.release();
            }
            initialized(capabilities);
        }

        @Override
        public void refused(int code, PredictException why) {
            if (code == Message.Failure.METHOD_NOT_FOUND) {
                // The smallest program only knows how to predict.
                initialized(Capabilities.LEAST);
            } else {
                failed(why);
            }
        }

        @Override
        public void failed(PredictException why) {
            fail(new Cause("it could not initialize", why.reason()));
        }
    }

    private final class WarmUp extends OwnRequest {
        WarmUp(Body body) {
            super(body);
        }

        @Override
        public void answered(Body reply) {
            reply.release();
            warmUpAnswered = true;
            if (!pipeline.isOrderCheckDue()) {
                readyAfterWarmUp();
            }
        }

        @Override
        public void failed(PredictException why) {
            fail(new Cause("the warm-up request (--warmup) failed", why.reason()));
        }
    }
}
