package io.merlinadapter.cli.run;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.ProgramFormat;
import io.merlinadapter.cli.log.TerminationLog;
import io.merlinadapter.os.Shortage;
import io.merlinadapter.trace.TraceSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the adapter from its first worker to its exit code: the program first, the port when it is ready, and the
 * way back when a signal asks for it. Stands on the main thread, which waits.
 */
public final class AdapterRun {
    private static final Logger LOG = LoggerFactory.getLogger(AdapterRun.class);

    /** Two steps of ending a child, and a little. */
    private static final Duration TO_END_CHILDREN = Duration.ofSeconds(6);

    private static final Duration TO_ANSWER = Duration.ofSeconds(1);

    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    /** Half a minute of them. */
    private static final int LOOKS_FOR_OTHERS = 300;

    private @Nullable Additions additions;
    private @Nullable TraceSettings traces;
    private final Config config;
    private final Map<String, @Nullable String> childEnvironment;
    private final String searchPath;
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private Consumer<Map<Option<?>, Integer>> openListener = ports -> {};
    private Consumer<Adapter> programListener = adapter -> {};

    /** Why it ends; a fault has words, and perhaps the program's last ones. */
    private record End(ExitCode code, String fault, List<String> lastWords) {}

    /**
     * A run that has not begun.
     *
     * @param childEnvironment what is changed in it for the program; a null value removes a variable
     */
    public AdapterRun(Config config, Map<String, @Nullable String> childEnvironment, String searchPath) {
        this.config = config;
        this.childEnvironment = childEnvironment;
        this.searchPath = searchPath;
    }

    /** Has {@code listener} told of the ports, by their options, when they are open; to be called before the run. */
    public void onOpen(Consumer<Map<Option<?>, Integer>> listener) {
        openListener = listener;
    }

    /** Has {@code listener} told of the program before it starts; to be called before the run. */
    public void onProgram(Consumer<RunningProgram> listener) {
        programListener = adapter -> listener.accept(new RunningProgram(adapter));
    }

    /** Ends the run as a signal does. Any thread. */
    public void stop() {
        end.complete(new End(ExitCode.OK, "", List.of()));
    }

    /** True once it has been decided that the run ends. Any thread. */
    public boolean isEnding() {
        return end.isDone();
    }

    /** Serves until a signal comes or something fails for good. */
    public ExitCode run() {
        StopSignals signals = StopSignals.await(name -> {
            LOG.info("{}: stopping", name);
            stop();
        });
        sayWhatIsMissing();
        Adapter adapter = new Adapter(config, childEnvironment, searchPath, additions, traces);
        Door door = new Door(adapter::openPorts, ports -> opened(adapter, ports), this::notOpened, adapter::after);
        adapter.onMove(door::follow);
        adapter.gaveUp()
                .onSuccess(why ->
                        end.complete(new End(ExitCode.PROGRAM, "giving up: " + why.detailed(), why.lastWords())));
        programListener.accept(adapter);
        adapter.startWorkers();
        if (additions != null) {
            // Whoever writes a program wants to see why it does not start.
            adapter.later(door::open);
        }
        Pushing pushing = adapter.startPushing();
        End why = end.join();
        report(why);
        stop(adapter, door, signals, why.code());
        pushing.finish(why.code());
        adapter.finishTracing();
        LOG.info("stopped, exit code {}", why.code().code());
        return why.code();
    }

    /** Has what others have not; to be called before the run. */
    public void add(Additions more) {
        additions = more;
    }

    /** Has predictions traced, unless that is null; to be called before the run. */
    public void trace(@Nullable TraceSettings settings) {
        traces = settings;
    }

    /** Leaves the reason of a fault where people look for it. */
    private void report(End why) {
        if (why.code() != ExitCode.OK) {
            // The fault ends with the last of them.
            String words = why.lastWords().size() < 2
                    ? ""
                    : "\n  its last words on stderr:\n    " + String.join("\n    ", why.lastWords());
            LOG.error("{}{}", why.fault(), words);
            TerminationLog.write(config.get(Options.TERMINATION_LOG), why.fault(), why.lastWords());
        }
    }

    private void sayWhatIsMissing() {
        boolean saysNothing = config.get(Options.FORMAT) == ProgramFormat.JSON
                && config.get(Options.CHANNEL).equals(Options.STDIO);
        if (saysNothing && config.get(Options.WARMUP).isEmpty()) {
            boolean looks = !config.get(Options.SETTLE).isZero();
            LOG.info(
                    "no --warmup: ready only means that the program {}; give a sample request (--warmup=@request.json) to"
                            + " check that it answers",
                    looks ? "waits for input" : "runs (--settle=0)");
        }
        Duration accepted = config.get(Options.DRAIN_DELAY).plus(config.get(Options.DRAIN_TIMEOUT));
        Duration longest = config.get(Options.REQUEST_TIMEOUT);
        if (!config.get(Options.DRAIN_DELAY).isZero() && accepted.compareTo(longest) < 0) {
            LOG.info(
                    "a stop ends requests {} ms after SIGTERM, but one may take {} ms (--request-timeout): raise"
                            + " --grace-period together with the platform's (terminationGracePeriodSeconds)",
                    accepted.toMillis(),
                    longest.toMillis());
        }
        if (ProcessHandle.current().pid() == 1) {
            LOG.info(
                    "running as process 1: processes that the program leaves behind become zombies; start the adapter with an"
                            + " init (tini)");
        }
    }

    private void notOpened(Throwable failure) {
        ExitCode code = Shortage.of(failure) == Shortage.TASKS ? ExitCode.MEMORY : ExitCode.PORT;
        end.complete(new End(code, String.valueOf(failure.getMessage()), List.of()));
    }

    /** What is served, and at last what a reader can do with it: nothing less important follows in a usual start. */
    private void opened(Adapter adapter, Ports opened) {
        String model = config.get(Options.MODEL_FULL_NAME);
        Integer http = opened.numberOf(Options.HTTP_PORT);
        if (http != null) {
            LOG.info("serving HTTP_JSON on port {}: POST /v1/models/{}:predict", http, model);
        }
        Integer grpc = opened.numberOf(Options.GRPC_PORT);
        if (grpc != null) {
            LOG.info("serving UPI_V1 on port {}: gRPC with reflection, and JSON at POST /v1/predict", grpc);
        }
        FirstCall first = firstCall();
        List<String> calls = new ArrayList<>();
        if (grpc != null) {
            String mismatch = first.upiMismatch();
            if (mismatch != null) {
                calls.add(mismatch);
            }
            String sample = first.upi(grpc);
            if (sample != null || http == null) {
                calls.add(sample != null ? sample : first.upiHint(grpc));
            }
        }
        if (http != null) {
            calls.add(first.http(http, model));
        }
        if (additions != null) {
            calls.addAll(additions.lastWords().apply(opened.numbers()));
        }
        sayOnceAllAreReady(adapter, calls, LOOKS_FOR_OTHERS);
        openListener.accept(opened.numbers());
    }

    private FirstCall firstCall() {
        String warmup = config.get(Options.WARMUP).orElse(null);
        return new FirstCall(
                config.get(Options.HOST),
                warmup == null ? null : config.resolved(Options.WARMUP).text(),
                warmup,
                config.get(Options.UPI_PAYLOAD));
    }

    /** The other workers become ready at about the same time as the first, with a line each. */
    private void sayOnceAllAreReady(Adapter adapter, List<String> lines, int looks) {
        if (end.isDone()) {
            return;
        }
        if (adapter.isComplete() || looks == 0) {
            lines.forEach(LOG::info);
        } else {
            adapter.after(LOOK_EVERY, () -> sayOnceAllAreReady(adapter, lines, looks - 1));
        }
    }

    /** Let the platform notice, finish what was accepted, then end the program. */
    private void stop(Adapter adapter, Door door, StopSignals signals, ExitCode code) {
        adapter.drain();
        door.announceStop();
        Duration delay = config.get(Options.DRAIN_DELAY);
        if (code == ExitCode.OK && !delay.isZero() && !signals.second().isComplete()) {
            LOG.info("new connections are accepted for {} ms more (--drain-delay)", delay.toMillis());
            waitFor(signals.second(), delay);
        }
        Duration drain = config.get(Options.DRAIN_TIMEOUT);
        // What is left then is answered, with an error, when its program has been ended.
        Future<Void> closed = door.stop(drain.plus(TO_END_CHILDREN));
        waitFor(Future.any(closed, signals.second()).mapEmpty(), drain);
        await(adapter.terminate(closed.isComplete(), signals.second()), TO_END_CHILDREN, "the program");
        await(closed, TO_ANSWER, "an open request");
        adapter.leaveNothing();
    }

    /** Waits for as long as it takes, or for {@code atMost}. */
    private static boolean waitFor(Future<Void> done, Duration atMost) {
        try {
            done.toCompletionStage().toCompletableFuture().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            LOG.warn("stopping failed", e.getCause());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void await(Future<Void> done, Duration atMost, String what) {
        if (!waitFor(done, atMost)) {
            LOG.warn("{} did not end within {} ms", what, atMost.toMillis());
        }
    }
}
