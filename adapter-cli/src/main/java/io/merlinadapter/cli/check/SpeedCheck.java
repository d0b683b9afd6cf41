package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.BatchMode;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.ProgramFormat;
import io.merlinadapter.os.ControlGroup;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How fast it is, what that takes, and what follows from it for a deployment. */
final class SpeedCheck {
    private static final String NAME = "speed";
    private static final String DURATION = "adapter_worker_duration_seconds";
    private static final String ADVICE = "advice";
    private static final Duration ALONE = Duration.ofSeconds(1);
    private static final Duration TOGETHER = Duration.ofMillis(2500);
    private static final int ANY = Integer.MAX_VALUE;
    private static final int CALLERS = 16;
    private static final int ROWS = 32;
    private static final int TRIES = 9;
    private static final int SLOW_MILLIS = 1000;
    private static final long MIB = 1 << 20;
    /** Milliseconds; what lies below may be the way there and back. */
    private static final double LEAST_WAIT = 5;

    private static final double BATCHES_PAY = 8;
    private static final double HARDLY = 1.5;
    private static final long LEAST_GROWTH = 4 * MIB;
    private static final double MUCH_MORE = 1.1;
    private static final int PARTS = 2;
    private static final double LEAST_COST = 0.3;
    private static final int MOST_WORKERS = 16;
    private static final double MOST_SLOWDOWN = 10;
    private static final double MOST_OF_MEMORY = 0.8;
    private final Scene scene;
    private final RunningAdapter adapter;
    private final int processors = Runtime.getRuntime().availableProcessors();
    private boolean isBusy;

    SpeedCheck(Scene scene, RunningAdapter adapter) {
        this.scene = scene;
        this.adapter = adapter;
    }

    /**
     * What has been used so far, in nanoseconds, and what is held, in bytes.
     *
     * @param waits for how long threads on the way of an answer could have computed, but others had the processor
     */
    private record Use(long program, long adapter, long waits, long programBytes, long adapterBytes) {}

    /**
     * What was measured.
     *
     * @param programMillis what the program takes for an answer, waiting in its pipe included
     * @param programCpu milliseconds of a processor for an answer
     * @param adapterCpu likewise
     * @param heldUp milliseconds for which the program waited for a processor
     */
    private record Measured(
            double programMillis,
            double programCpu,
            double adapterCpu,
            double heldUp,
            long programBytes,
            long adapterBytes) {
        /** Milliseconds for which it waits for something else than a processor. */
        double waits() {
            return Math.max(0, programMillis - programCpu - heldUp);
        }

        /** True of a program that waits for others: for a database, a GPU. What a wake-up takes is no such wait. */
        boolean isWaiting() {
            return waits() > LEAST_WAIT && waits() > 2 * programCpu;
        }

        /** The part of the time in which the program computes, where nobody else does. */
        double computing() {
            return Math.min(1, programCpu / Math.max(1e-6, programCpu + (isWaiting() ? waits() : 0)));
        }
    }

    void run(Sample sample) throws InterruptedException {
        sayIfBusy();
        scene.logging.access(false);
        Load.Result alone = load("1 caller", sample.body(), ALONE, 1);
        int callers = scene.callers(Math.max(CALLERS, 4 * scene.workers()), adapter.capacity());
        String pageBefore = scene.metrics();
        Use before = use();
        Load.Result together = load(callers + " callers", sample.body(), TOGETHER, callers);
        Use after = use();
        String pageAfter = scene.metrics();
        double seconds = Scene.sum(pageAfter, DURATION + "_sum") - Scene.sum(pageBefore, DURATION + "_sum");
        double number = Scene.sum(pageAfter, DURATION + "_count") - Scene.sum(pageBefore, DURATION + "_count");
        scene.logging.access(true);
        if (alone.answered() == 0 || together.answered() == 0 || number <= 0) {
            scene.findings.add(
                    Verdict.of(Kind.NOTE, NAME, null, "nothing could be measured: nothing was answered in time"));
            return;
        }
        Measured measured = new Measured(
                1000 * seconds / number,
                (after.program() - before.program()) / 1e6 / together.answered(),
                (after.adapter() - before.adapter()) / 1e6 / together.answered(),
                (after.waits() - before.waits()) / 1e6 / together.answered(),
                Math.max(1, after.programBytes() / scene.workers()),
                after.adapterBytes());
        say(alone, together, callers, measured);
        sayIfItGrows(sample, callers, before.programBytes(), after.programBytes(), together.answered());
        double growth = growth(sample);
        advise(together, measured, growth);
    }

    /** Others have a part in what is measured. */
    private void sayIfBusy() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        isBusy = load > 1.5 * processors;
        if (isBusy) {
            scene.findings.add(Verdict.of(
                    Kind.NOTE,
                    NAME,
                    null,
                    String.format(
                            Locale.ROOT,
                            "this machine is busy with other work (load %.1f, processors %d): what follows says little",
                            load,
                            processors)));
        }
    }

    private Load.Result load(String what, Buffer body, Duration time, int callers) throws InterruptedException {
        return new Load(scene, "speed, " + what, number -> body, (number, answer) -> true, ANY, time)
                .run(callers, () -> {});
    }

    /**
     * Looks on for a while at a program that has grown under load: what a runtime takes at first is no leak. One that leaks
     * grows with each part of the load, in proportion to the answers.
     */
    private void sayIfItGrows(Sample sample, int callers, long before, long after, int answers)
            throws InterruptedException {
        double first = (double) (after - before) / answers;
        if (after - before < LEAST_GROWTH || after < MUCH_MORE * before) {
            return;
        }
        long from = after;
        int more = 0;
        for (int part = 0; part < PARTS; part++) {
            scene.logging.access(false);
            Load.Result load = load("memory grows, looking on", sample.body(), TOGETHER, callers);
            scene.logging.access(true);
            long now = use().programBytes();
            if (now - from < LEAST_GROWTH || now - from < first / 3 * load.answered()) {
                return;
            }
            from = now;
            more += load.answered();
        }
        long perThousand = (long) (1000.0 * (from - after) / more);
        scene.findings.add(Verdict.of(
                        Kind.WARN,
                        NAME,
                        null,
                        "its memory grows by " + mib(perThousand) + " for each 1,000 requests, without an end: from "
                                + mib(before) + " to " + mib(from) + " with " + rate(answers + more) + " answers")
                .advice("let go of what belongs to one request; --max-rss and --max-requests replace a copy in time")
                .figures(Map.of("bytes_per_1000", perThousand)));
    }

    private void say(Load.Result alone, Load.Result together, int callers, Measured measured) {
        scene.findings.add(Verdict.of(
                        Kind.OK,
                        NAME,
                        null,
                        "one caller: p50 " + Scene.millis(alone.p50()) + ", p99 "
                                + Scene.millis(alone.p99()) + "; " + callers + " callers: "
                                + rate(together.perSecond()) + " requests a second, p50 "
                                + Scene.millis(together.p50()) + ", p99 "
                                + Scene.millis(together.p99()))
                .figures(figures(alone, together, callers)));
        scene.findings.add(Verdict.of(
                        Kind.OK,
                        NAME,
                        null,
                        "an answer takes " + Scene.millis(measured.programMillis())
                                + " in the program; processor time: "
                                + Scene.millis(measured.programCpu()) + " there, "
                                + Scene.millis(measured.adapterCpu()) + " in the adapter ("
                                + share(measured.adapterCpu(), measured.programCpu()) + "). Memory: "
                                + mib(measured.programBytes()) + " a copy, " + mib(measured.adapterBytes())
                                + " the adapter with this check in it")
                .figures(Map.of(
                        "program_ms", measured.programMillis(),
                        "program_cpu_ms", measured.programCpu(),
                        "adapter_cpu_ms", measured.adapterCpu(),
                        "program_bytes", measured.programBytes(),
                        "adapter_bytes", measured.adapterBytes())));
    }

    private static Map<String, Object> figures(Load.Result alone, Load.Result together, int callers) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("alone_p50_ms", alone.p50());
        figures.put("alone_p99_ms", alone.p99());
        figures.put("callers", callers);
        figures.put("per_second", together.perSecond());
        figures.put("p50_ms", together.p50());
        figures.put("p99_ms", together.p99());
        figures.put("failed", alone.failed() + together.failed());
        return figures;
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, perSecond < 10 ? "%.1f" : "%,.0f", perSecond);
    }

    private static String share(double adapter, double program) {
        double all = adapter + program;
        return String.format(Locale.ROOT, "%.0f %% of both", all == 0 ? 0 : 100 * adapter / all);
    }

    private static String mib(long bytes) {
        return (bytes + MIB - 1) / MIB + " MiB";
    }

    /** How many times longer many rows take than one; 0 where a request has no rows. */
    private double growth(Sample sample) throws InterruptedException {
        Buffer one = sample.ofRows(1);
        Buffer many = sample.ofRows(ROWS);
        if (one == null || many == null) {
            return 0;
        }
        scene.report.progress("asking for 1 row and for " + ROWS, -1);
        double few = median(one);
        double more = median(many);
        return few <= 0 || more <= 0 ? 0 : more / few;
    }

    private double median(Buffer body) throws InterruptedException {
        List<Double> millis = new ArrayList<>();
        int tries = scene.usualMillis > SLOW_MILLIS ? 1 : TRIES;
        for (int i = 0; i < tries; i++) {
            Answer answer = scene.caller.ask(scene.target(), body, scene.patience(), scene.caller.nextId());
            if (!answer.isGood()) {
                return 0;
            }
            millis.add(answer.millis());
        }
        millis.sort(null);
        return millis.get(tries / 2);
    }

    private void advise(Load.Result together, Measured measured, double growth) {
        int workers = workers(measured);
        double answers = together.perSecond() / scene.workers() * workers * slowdown(measured);
        answers =
                Math.min(answers, 1000.0 * processors / Math.max(1e-6, measured.programCpu() + measured.adapterCpu()));
        double cpu = Math.min(processors, (measured.programCpu() + measured.adapterCpu()) / 1000 * answers);
        long millicpu = Math.max(100, roundUp((long) (1000 * cpu), 100));
        long memory =
                roundUp((long) (workers * measured.programBytes() * 1.3 + measured.adapterBytes() * 1.2), 64 * MIB);
        scene.findings.add(Verdict.of(Kind.NOTE, ADVICE, null, "WORKERS=" + workers + ": " + reason(workers, measured))
                .figures(Map.of("workers", workers)));
        scene.findings.add(Verdict.of(
                        Kind.NOTE,
                        ADVICE,
                        null,
                        "a CPU request of " + millicpu + "m, for " + rate(answers)
                                + " requests a second; a memory request of " + memory / MIB + "Mi, for "
                                + (workers == 1 ? "a copy of " : workers + " copies of ") + mib(measured.programBytes())
                                + " and a third more, and the adapter")
                .figures(Map.of("cpu_millis", millicpu, "memory_bytes", memory)));
        format(measured, growth);
    }

    /** How many times as long an answer takes as on a machine that has nothing else to do. */
    private double slowdown(Measured measured) {
        double own = Math.max(measured.programCpu(), measured.programMillis() - measured.heldUp());
        return isBusy && own > 0 ? Math.max(1, Math.min(MOST_SLOWDOWN, measured.programMillis() / own)) : 1;
    }

    /** As many as can be kept busy: by the processors, and by the one event loop that hands out their answers. */
    private int workers(Measured measured) {
        double wanted = measured.isWaiting()
                ? processors / Math.max(measured.computing(), (double) processors / MOST_WORKERS)
                : Math.min(processors, measured.programCpu() / Math.max(1e-6, measured.adapterCpu()));
        long limit = ControlGroup.ofThisProcess().limit().orElse(Long.MAX_VALUE);
        long room = (long) (limit * MOST_OF_MEMORY) - measured.adapterBytes();
        return (int) Math.max(1, Math.min(Math.round(wanted), room / measured.programBytes()));
    }

    private String reason(int workers, Measured measured) {
        String many = processors == 1 ? "1 processor" : processors + " processors";
        if (measured.isWaiting()) {
            return String.format(
                    Locale.ROOT,
                    "a copy computes for %.0f %% of an answer and waits for something else, so that %d keep the %s here busy",
                    100 * measured.computing(),
                    workers,
                    many);
        }
        return workers < processors
                ? "the program takes less of a processor than the adapter, so that more copies would wait for that"
                : "the program computes all the time, so one copy for each of the " + many + " here";
    }

    /** Which way of talking would be fast. */
    private void format(Measured measured, double growth) {
        boolean lines = scene.config.get(Options.FORMAT) == ProgramFormat.JSON;
        boolean merges = scene.config.get(Options.BATCH) == BatchMode.INSTANCES;
        boolean costs = measured.programCpu() > LEAST_COST || measured.isWaiting();
        if (growth > 0 && growth < BATCHES_PAY && costs && !merges) {
            scene.findings.add(Verdict.of(
                            Kind.NOTE,
                            ADVICE,
                            null,
                            growth < HARDLY
                                    ? ROWS + " rows take hardly longer than 1, so batches pay"
                                    : String.format(
                                            Locale.ROOT,
                                            "%d rows take %.1f times as long as 1, so batches pay",
                                            ROWS,
                                            growth))
                    .advice(
                            lines
                                    ? "--batch=instances joins the rows of several callers into one request"
                                    : "take batches: \"batch\": {\"max_size\": 32} in the answer to initialize"));
        } else if (lines && measured.isWaiting()) {
            scene.findings.add(
                    Verdict.of(Kind.NOTE, ADVICE, null, "the program mostly waits, and takes one request at a time")
                            .advice(
                                    "--format=jsonrpc lets one copy work on many at a time; docs/protocol.md says which is fast"));
        } else if (lines && !merges && measured.programCpu() < LEAST_COST) {
            scene.findings.add(Verdict.of(
                            Kind.NOTE,
                            ADVICE,
                            null,
                            "the program is so quick that most of an answer is the way there and back")
                    .advice("--format=jsonrpc sends many lines with one write; docs/protocol.md says which is fast"));
        }
    }

    private static long roundUp(long bytes, long unit) {
        return (bytes + unit - 1) / unit * unit;
    }

    private Use use() {
        Programs.Use programs = Programs.use(scene.log);
        return new Use(programs.cpuNanos(), adapterNanos(), programs.heldUpNanos(), programs.bytes(), ownMemory());
    }

    /** Without the threads that call, and without what Java's compilers and its garbage collector take. */
    private long adapterNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long here = Thread.currentThread().getId();
        return Arrays.stream(threads.getAllThreadIds())
                .filter(id -> id != here && id != scene.caller.thread())
                .map(id -> Math.max(0, threads.getThreadCpuTime(id)))
                .sum();
    }

    private static long ownMemory() {
        try {
            return Files.readString(Path.of("/proc/self/status"))
                    .lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException notLinux) {
            return 0;
        }
    }
}
