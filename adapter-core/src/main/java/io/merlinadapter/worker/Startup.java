package io.merlinadapter.worker;

import io.merlinadapter.json.JsonLine;
import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.os.Activity;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.Capabilities;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.text.Durations;
import io.merlinadapter.text.Texts;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides when a new child counts as ready. Proof is an answer: to {@code initialize}, in a format that has it, and to the
 * warm-up request, after which it must keep quiet; without either, an open channel, where opening takes the child. Else it is
 * looked at ({@link StartWatch}), and nothing is sent to it. It is ready, by the first of these signs:
 *
 * <ul>
 *   <li>{@link Activity.Doing#READS}: at once.
 *   <li>{@link Activity.Doing#WATCHES}: when it has been still for a settling time ({@link Stillness}), because an event loop
 *       that would read may first want to finish what it has begun.
 *   <li>{@link Activity.Doing#UNKNOWN}: likewise. This is the weakest sign, which a program that waits for a slow download
 *       gives, too; so a warning goes with it.
 *   <li>{@link Activity.Doing#ELSEWHERE}: never, unless the program has answered before; then after a settling time. Such a
 *       one may be as it was then, and what asks only now and then whether there is a line is always seen elsewhere.
 * </ul>
 *
 * <p>A child that works is waited for until the time to start is over, whatever it has done before: to load takes as long the
 * second time. Event loop only.
 */
final class Startup {
    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
    /** The front that programs are told the warm-up came over. */
    private static final String WARMUP_PROTOCOL = "HTTP_JSON";
    /** How long a program may be idle and wait for something else before it is looked whether it listens on a port. */
    static final Duration ELSEWHERE = Duration.ofSeconds(3);
    /** How long it may be so before this is said whatever it does. */
    static final Duration LONG_ELSEWHERE = Duration.ofSeconds(10);
    /** Bytes of the warm-up request that are shown. */
    private static final int SHOWN = 300;

    /** The adapter's own requests are paid for by nobody. */
    private static final MemoryBudget UNPAID = new MemoryBudget(Long.MAX_VALUE);

    private final WorkerSettings.StartupSettings settings;
    private final PoolResources resources;
    private final EventLoop loop;
    private final int worker;
    private final Pipeline pipeline;
    private final boolean proven;
    private final Deadline deadline;
    private final Consumer<Runnable> idleElsewhere;
    private final Promise<String> outcome = Promise.promise();
    private final EventLoop.Timer timeout;
    private final Stillness stillness;
    private final boolean watched;
    private String expected = "it was not ready";
    private @Nullable Cause whyNever;
    private boolean begun;
    private boolean warmUpAnswered;
    /** The warm-up request was sent, and nothing has come of it yet. */
    private boolean warmingUp;

    private boolean soughtPorts;
    private boolean saidThatItWaits;
    private boolean over;

    /**
     * The child is being started: from now on its time runs.
     *
     * @param proven true if this program has answered before
     * @param describeChild what the child has been seen to do, for messages
     * @param idleElsewhere told of a child that is idle and does not wait for its input; runs what it gets unless it can say
     *     why
     */
    Startup(
            WorkerSettings.StartupSettings settings,
            PoolResources resources,
            int worker,
            Pipeline pipeline,
            boolean proven,
            Supplier<String> describeChild,
            Consumer<Runnable> idleElsewhere) {
        this.settings = settings;
        this.resources = resources;
        this.loop = resources.loop();
        this.worker = worker;
        this.pipeline = pipeline;
        this.proven = proven;
        this.idleElsewhere = idleElsewhere;
        this.stillness = new Stillness(settings.settle());
        this.watched = !resources.format().hasIds()
                && settings.warmup() == null
                && !resources.transport().openingIsProof()
                && !settings.settle().isZero();
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
        } else if (settings.settle().isZero()) {
            ready("it runs, and nothing more was waited for (--settle=0)");
        } else {
            expected = "it was not seen to wait for its input (give it a request to answer: --warmup=@request.json)";
            begun = true;
        }
    }

    /** True while the child is to be looked at, or will be. */
    boolean isWatched() {
        return watched && !over;
    }

    /** The child was looked at. */
    void seen(Activity activity) {
        if (over || !begun) {
            return;
        }
        long still = stillness.seen(activity, loop.now());
        if (activity.doing() == Activity.Doing.READS) {
            ready("it waits for a line of input, as was seen after " + elapsed());
        } else if (still >= settings.settle().toNanos()) {
            settled(activity.doing(), still);
        }
    }

    private void settled(Activity.Doing doing, long still) {
        String settle = Durations.show(settings.settle());
        if (doing == Activity.Doing.WATCHES) {
            ready("its event loop waits for input and was idle for " + settle + ", as was seen after " + elapsed());
        } else if (proven) {
            ready("it was idle for " + settle + " and has answered before its last end, as was seen after "
                    + elapsed());
        } else if (doing == Activity.Doing.UNKNOWN) {
            LOG.warn(
                    "worker {}: it can't be seen whether it waits for input; it counts as ready because it was idle for {}"
                            + " (--settle), which a program that waits for a download is, too. Give it a request that it must"
                            + " answer first: --warmup=@request.json",
                    worker,
                    settle);
            ready("it was idle for " + settle + ", and nothing else could be seen after " + elapsed());
        } else if (still >= LONG_ELSEWHERE.toNanos() && !saidThatItWaits) {
            saidThatItWaits = true;
            idleElsewhere.accept(this::sayThatItWaits);
        } else if (still >= ELSEWHERE.toNanos() && !soughtPorts) {
            soughtPorts = true;
            idleElsewhere.accept(() -> {});
        }
    }

    private void sayThatItWaits() {
        if (!over) {
            LOG.warn(
                    "worker {}: it is idle, but does not wait for a line on its stdin, so it is not ready (--startup-timeout={})."
                            + " Does it sleep, or wait for the network? A program must read lines from its stdin. If it does so"
                            + " in a way that can't be seen, give it a request to answer: --warmup=@request.json",
                    worker,
                    Durations.show(settings.startupTimeout()));
        }
    }

    private void warmUp(String json) {
        expected = "it did not answer the warm-up request (--warmup)";
        warmingUp = true;
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        pipeline.send(List.of(new WarmUp(JsonLine.of(new Body(bytes, 0, bytes.length, UNPAID, 0)))));
    }

    private void initialized(Capabilities capabilities) {
        if (over) {
            return;
        }
        if (!pipeline.learned(capabilities)) {
            fail(
                    new Cause(
                            "its answer to initialize has not \"tables\":\"arrow\", as that of the first copy had",
                            "the adapter makes tables before it knows which copy gets them, so all must take them the same way"));
            return;
        }
        if (capabilities.remark() != null) {
            LOG.warn("worker {}: its answer to initialize: {}; it gets tables as JSON", worker, capabilities.remark());
        }
        if (pipeline.places() < capabilities.concurrency()) {
            LOG.info(
                    "worker {}: it can do {} requests at a time and gets {} (--max-in-flight)",
                    worker,
                    capabilities.concurrency(),
                    pipeline.places());
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
    }

    /** How a child has ended that had read a request of the adapter's own: if it was the warm-up, that is likely why. */
    Cause withRequest(Cause end) {
        if (!warmingUp) {
            return end;
        }
        // Behind advice, "while" would seem to belong to that.
        String link = end.told().contains(": ") ? "; it had" : " while it had";
        return new Cause(end.told() + link + " the warm-up request (--warmup)", shownWarmUp(end.detail()));
    }

    private String shownWarmUp(String detail) {
        String request = "the request was "
                + Texts.printable(Texts.shorten(
                        Texts.oneLine(String.valueOf(settings.warmup()).strip()), SHOWN));
        return detail.isEmpty() ? request : detail + "; " + request;
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
            warmingUp = false;
            warmUpAnswered = true;
            if (!pipeline.isOrderCheckDue()) {
                readyAfterWarmUp();
            }
        }

        @Override
        public void failed(PredictException why) {
            warmingUp = false;
            fail(new Cause("the warm-up request (--warmup) failed", shownWarmUp(why.reason())));
        }
    }
}
