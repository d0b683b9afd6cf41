package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.CapturedLog.Line;
import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.ProgramFormat;
import io.merlinadapter.cli.config.Protocol;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.http.routes.PredictPath;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether it becomes ready, when, and by which sign. */
final class StartCheck {
    private static final String NAME = "starts";
    private static final String UPI_JSON = "/v1/predict";
    private static final int LOOK_MILLIS = 100;
    private static final int WORDS = 8;
    private static final int MOST_WORDS = 40;
    private static final int SAY_AFTER_MILLIS = 500;
    private static final String WAITS = "it waits for more input";
    private static final String NO_REPLY = "and no reply with that";
    private static final Pattern STUCK = Pattern.compile(
            "it waits for more input|and no reply with that|it is idle, but does not"
                    + " wait for a line|listens on port|no end of line|has waited for (?:1[6-9]|[2-9]\\d) s, and is idle");
    private static final Pattern STARTED = Pattern.compile("worker (\\d+): started as process (\\d+)");
    private static final Pattern READY =
            Pattern.compile("worker (\\d+): READY, (.*?)(?:; workers \\(.*)?", Pattern.DOTALL);

    private static final long IDLE_MILLIS = 15_000;
    private static final long LITTLE_NANOS = 500_000_000;

    private final Scene scene;
    private long cpuNanos;
    private long idleSince;

    StartCheck(Scene scene) {
        this.scene = scene;
    }

    /** True once the ports are open and all workers are ready. */
    boolean run(RunningAdapter adapter) throws InterruptedException {
        Map<Option<?>, Integer> ports = null;
        long begun = scene.clock.getAsLong();
        while (ports == null) {
            ports = adapter.ports(LOOK_MILLIS);
            long waited = (scene.clock.getAsLong() - begun) / 1_000_000;
            if (ports == null && waited > SAY_AFTER_MILLIS && !adapter.isEnding()) {
                scene.report.progress("the program starts; " + waited / 1000 + " s", -1);
                String why = stuck();
                why = why == null ? unconnected(waited) : why;
                if (why != null && !adapter.isEnding()) {
                    boolean wrote = why.contains(NO_REPLY);
                    scene.findings.add(Verdict.of(Kind.FAIL, NAME, null, "it does not get ready: " + why)
                            .details(wrote ? scene.log.output(0, WORDS) : List.of())
                            .advice(advice(why, wrote)));
                    return false;
                }
            }
        }
        scene.httpPort = ports.getOrDefault(Options.HTTP_PORT, -1);
        scene.grpcPort = ports.getOrDefault(Options.GRPC_PORT, -1);
        boolean http = scene.config.get(Options.PROTOCOL).includes(Protocol.HTTP_JSON);
        scene.target = http
                ? new Caller.Target(scene.httpPort, PredictPath.of(scene.config.get(Options.MODEL_FULL_NAME)), false)
                : new Caller.Target(scene.grpcPort, UPI_JSON, false);
        awaitAll();
        say();
        return true;
    }

    private @Nullable String advice(String why, boolean wrote) {
        if (wrote) {
            return Cures.ofOtherLines(scene.config.command());
        }
        if (!why.contains(WAITS)) {
            return Cures.of(List.of(why));
        }
        String onStderr = Cures.ofReplyOnStderr(scene.log.lastWords(0, WORDS));
        return onStderr == null ? Cures.ofSilence(scene.config.command()) : onStderr;
    }

    /** That it has not come to the socket for long, and has computed nothing all the while; null if that is not so. */
    private @Nullable String unconnected(long waited) {
        if (!scene.config.get(Options.CHANNEL).equals(Options.SOCKET)) {
            return null;
        }
        long cpu = Programs.use(scene.log).cpuNanos();
        if (cpu > cpuNanos + LITTLE_NANOS) {
            cpuNanos = cpu;
            idleSince = waited;
        }
        return waited - idleSince < IDLE_MILLIS
                ? null
                : "it has not connected to ADAPTER_SOCKET, and is idle for " + IDLE_MILLIS / 1000 + " s";
    }

    /** What the adapter says of a program that will not get ready, long before it loses patience; null if nothing. */
    private @Nullable String stuck() {
        return scene.remarks(0).stream()
                .filter(remark -> STUCK.matcher(remark).find())
                .findFirst()
                .orElse(null);
    }

    private void awaitAll() throws InterruptedException {
        long begun = scene.clock.getAsLong();
        while (scene.metric("adapter_workers_ready") < scene.workers()
                && scene.clock.getAsLong() - begun < Duration.ofSeconds(30).toNanos()) {
            scene.report.progress("waiting for all " + scene.workers() + " workers", -1);
            Line unused = scene.log.await(Long.MAX_VALUE, line -> true, LOOK_MILLIS * 1_000_000L);
        }
    }

    private void say() {
        List<Line> lines = scene.log.since(0);
        Line started = first(lines, STARTED);
        Line ready = first(lines, READY);
        Line open = lines.stream()
                .filter(line -> line.message().startsWith("serving "))
                .findFirst()
                .orElse(null);
        if (started == null || ready == null || open == null) {
            scene.findings.add(Verdict.of(Kind.OK, NAME, null, "ready"));
            return;
        }
        Instant born = ProcessHandle.current().info().startInstant().orElse(started.time());
        long before = millis(born, started.time());
        long program = millis(started.time(), ready.time());
        long after = millis(ready.time(), open.time());
        Matcher sign = READY.matcher(ready.message());
        String why = sign.matches() ? sign.group(2).replaceFirst(",? (?:as was seen )?after [\\d.]+ m?s$", "") : "";
        long workers = lines.stream()
                .filter(line -> READY.matcher(line.message()).matches())
                .count();
        scene.findings.add(Verdict.of(
                        Kind.OK,
                        NAME,
                        null,
                        "ready after " + Scene.millis(before + program + after) + ", of which the program took "
                                + Scene.millis(program) + " and the adapter "
                                + Scene.millis(before + after) + ": " + why
                                + (workers > 1 ? "; " + workers + " workers" : ""))
                .figures(Map.of(
                        "ready_ms", before + program + after, "program_ms", program, "adapter_ms", before + after)));
        boolean unproven = scene.config.get(Options.FORMAT) == ProgramFormat.JSON
                && scene.config.get(Options.WARMUP).isEmpty();
        if (unproven) {
            scene.findings.add(
                    Verdict.of(Kind.NOTE, NAME, null, "no --warmup: callers can come before it has answered anything")
                            .advice("--warmup=@request.json has it answer a sample first"));
        }
        long deaths = lines.stream().filter(Scene::isDeath).count();
        if (deaths > 0) {
            String how = lines.stream()
                    .filter(Scene::isDeath)
                    .map(Scene::howItEnded)
                    .findFirst()
                    .orElse("");
            scene.findings.add(
                    Verdict.of(Kind.WARN, NAME, null, "it ended " + deaths + " times before it was ready: " + how)
                            .details(scene.log.lastWords(0, WORDS)));
        }
        scene.remarks(0).forEach(remark -> scene.findings.remark(NAME, remark));
    }

    private static @Nullable Line first(List<Line> lines, Pattern pattern) {
        return lines.stream()
                .filter(line ->
                        line.isFromAdapter() && pattern.matcher(line.message()).matches())
                .findFirst()
                .orElse(null);
    }

    private static long millis(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis());
    }

    /** The adapter has ended by itself. */
    void gaveUp(ExitCode code, boolean wasReady) throws InterruptedException {
        // What it said last, which is the reason, may still be on its way.
        long unused = scene.log.mark();
        List<Line> lines = scene.log.since(0);
        String reason = lines.stream()
                .filter(line -> line.severity().equals("ERROR"))
                .reduce((one, next) -> next)
                .map(line -> line.message().split("\n", 2)[0].replaceFirst("^giving up: ", ""))
                .orElse("the adapter ended with exit code " + code.code());
        long start = lines.stream()
                .filter(line -> STARTED.matcher(line.message()).matches())
                .mapToLong(Line::number)
                .max()
                .orElse(0);
        List<String> words = scene.log.lastWords(start, WORDS);
        if (words.size() == 1 && reason.contains(words.get(0))) {
            words = List.of();
        }
        List<String> known = new ArrayList<>(scene.log.lastWords(0, MOST_WORDS));
        known.add(reason);
        String cure = Cures.of(known);
        scene.findings.add(Verdict.of(
                        Kind.FAIL,
                        wasReady ? "survives" : NAME,
                        null,
                        (wasReady ? "the adapter has given it up: " : "it does not get ready: ") + reason)
                .details(words)
                .advice(cure));
        lines.stream()
                .filter(Line::isRemark)
                .filter(line -> line.severity().equals("WARNING") && !Scene.isDeath(line))
                .map(line -> line.message().replaceFirst("^worker \\d+: ", ""))
                .filter(message -> !message.contains("last words") && !message.contains("; workers (ready="))
                .forEach(message -> scene.findings.remark(NAME, message));
    }
}
