package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.LogFormat;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.Protocol;
import io.merlinadapter.cli.log.Logging;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.run.SampleFiles;
import io.vertx.core.buffer.Buffer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** Will this program serve? All checks, in their order. */
public final class Check {
    /** The exit codes. */
    public static final int FITS = 0;

    public static final int DOES_NOT_FIT = 1;
    public static final int USAGE = 2;
    /** As a shell says it of a command that SIGINT has ended. */
    public static final int INTERRUPTED = 130;

    private static final int MOST_BYTES = 16 << 20;
    private static final String NOTHING = "{\"instances\": []}";

    private final CheckSettings settings;
    private final LongSupplier clock;
    private final Scene scene;
    private final StartCheck start;
    private boolean wasReady;

    private Check(CheckSettings settings, Report report, Logging logging, CapturedLog log, LongSupplier clock) {
        this.settings = settings;
        this.clock = clock;
        this.scene = new Scene(settings, log, logging, new Caller(clock), report, clock);
        this.start = new StartCheck(scene);
    }

    /** Runs all checks and says what they show; the exit code. */
    public static int run(CheckSettings settings, CheckSettings.Output output, PrintStream out, LongSupplier clock) {
        Report report = output.json()
                ? new JsonReport(out)
                : new TextReport(out, new TextReport.Style(output.width(), output.colours(), output.terminal()));
        CapturedLog log = new CapturedLog(clock);
        try (Logging logging = Logging.start(new Logging.Settings(Level.INFO, LogFormat.JSON, true), log)) {
            return new Check(settings, report, logging, log, clock).run();
        }
    }

    private int run() {
        long begun = clock.getAsLong();
        scene.report.begin(settings.program());
        settings.notices().forEach(notice -> scene.findings.add(Verdict.of(Kind.NOTE, "options", null, notice)));
        settings.warnings().forEach(warning -> scene.findings.remark("options", warning));
        int code;
        if (settings.fault() != null) {
            scene.findings.add(Verdict.of(Kind.FAIL, "starts", null, "the program " + settings.fault()));
            code = DOES_NOT_FIT;
        } else {
            code = serve();
        }
        scene.caller.close();
        scene.report.end(scene.findings, code, Duration.ofNanos(clock.getAsLong() - begun));
        return code;
    }

    private int serve() {
        try {
            return serveAndStop();
        } catch (InterruptedException twice) {
            return INTERRUPTED;
        }
    }

    private int serveAndStop() throws InterruptedException {
        RunningAdapter adapter =
                RunningAdapter.start(settings.config(), settings.childEnvironment(), settings.searchPath());
        try {
            checks(adapter);
            new StopCheck(scene).run(adapter, wasReady);
        } catch (InterruptedException ended) {
            ExitCode how = adapter.ended();
            if (how == null || how == ExitCode.OK) {
                return INTERRUPTED;
            }
            start.gaveUp(how, wasReady);
        }
        boolean bad = scene.findings.any(Kind.FAIL) || (settings.strict() && scene.findings.any(Kind.WARN));
        return bad ? DOES_NOT_FIT : FITS;
    }

    private void checks(RunningAdapter adapter) throws InterruptedException {
        wasReady = start.run(adapter);
        if (!wasReady) {
            return;
        }
        boolean http = settings.config().get(Options.PROTOCOL).includes(Protocol.HTTP_JSON);
        List<Sample> upi = settings.upiRequests().isEmpty()
                ? found(SampleFiles.upi(settings.config().command(), MOST_BYTES))
                : given(settings.upiRequests());
        List<Sample> samples = http ? httpSamples() : upi;
        if (samples.isEmpty()) {
            scene.findings.add(Verdict.of(Kind.WARN, "answers", null, "no request is known, so it was asked nothing")
                    .advice("give one, a PredictValuesRequest as JSON: --upi-request=@upi-request.json"));
        }
        Sample good = new AnswerCheck(scene, adapter).run(samples);
        if (good == null) {
            scene.findings.add(Verdict.of(
                    Kind.NOTE, "survives", null, "nothing more was tried, because no sample was answered well"));
            return;
        }
        new SurvivalCheck(scene).run(good);
        new FrontCheck(scene).run(upi, http ? good : null);
        new OrderCheck(scene, adapter).run(good);
        if (!settings.quick()) {
            new SpeedCheck(scene, adapter).run(good);
        }
        new OutputCheck(scene).run();
    }

    private List<Sample> httpSamples() {
        if (!settings.requests().isEmpty()) {
            return given(settings.requests());
        }
        String warmup = settings.config().get(Options.WARMUP).orElse(null);
        if (warmup != null) {
            String name = settings.config().resolved(Options.WARMUP).text();
            return List.of(
                    new Sample(name.startsWith("@") ? name.substring(1) : "the warm-up", Buffer.buffer(warmup), true));
        }
        List<Sample> found = found(SampleFiles.http(settings.config().command(), MOST_BYTES));
        if (found.isEmpty()) {
            scene.findings.add(Verdict.of(
                            Kind.NOTE,
                            "answers",
                            null,
                            "no sample was given, and no request.json found beside the program: " + NOTHING
                                    + " is sent instead, which many models refuse")
                    .advice("--request=@sample.json, with a row that the model understands"));
            return List.of(new Sample(NOTHING, Buffer.buffer(NOTHING), false));
        }
        return found;
    }

    private static List<Sample> given(List<CheckSettings.Given> given) {
        return given.stream()
                .map(one -> new Sample(one.name(), one.json(), true))
                .toList();
    }

    private static List<Sample> found(SampleFiles.@Nullable Found file) {
        return file == null ? List.of() : List.of(new Sample(file.name(), Buffer.buffer(file.json()), true));
    }
}
