package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * An adapter with a small heap that is attacked (src/test/python/attacks.py) while {@link HonestCallers} call it. Owned by
 * one thread; close it to stop the adapter.
 */
public final class Besieged implements AutoCloseable {
    private static final Path ATTACKS = AdapterProcess.ROOT.resolve("adapter-cli/src/test/python/attacks.py");
    private static final Path HERE = Path.of(".");
    private static final String PROGRAM =
            "if .instances then {predictions: .instances} elif .size then {pad: (\"x\" * .size)} else . end";
    private static final Duration WARM = Duration.ofSeconds(2);
    /** How long after an attack all that it has taken is given back. */
    private static final Duration CALM = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final Duration PROBE = Duration.ofSeconds(5);
    private static final int SLACK = 20;
    private static final long MEMORY_SLACK = 64 << 10;
    private static final long MOST_LOG = 200_000;
    /** What the process takes beside its heap, as docs/image.md says: Java itself, and the network's buffers. */
    private static final long BESIDE_KIB = 170 << 10;

    private static final double BUFFERS = 0.4;

    private final HttpClient probe =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Supervised adapter;
    private final int heap;
    private final Held quiet;
    private final Footprint first;
    private boolean fallen;

    private record Held(long files, long threads, long memory) {}

    /** What attacks have done to it. */
    public record Damage(String attack, String calls, long peakKib, Held before, Held after, List<String> faults) {
        /** A row of a table. */
        @Override
        public String toString() {
            return "| %s | %s | %d MB | %d -> %d | %s |"
                    .formatted(
                            attack,
                            calls,
                            peakKib >> 10,
                            before.memory,
                            after.memory,
                            faults.isEmpty() ? "held" : String.join("; ", faults));
        }
    }

    /** Starts one with a heap of so many MiB. */
    public Besieged(int heap) throws InterruptedException {
        this.heap = heap;
        List<String> command = List.of(
                AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString(),
                "--upi-payload=instances",
                "--",
                "jq",
                "--unbuffered",
                "-c",
                PROGRAM);
        adapter = new Supervised(command, "-Xmx" + heap + "m");
        adapter.awaitPort();
        try (HonestCallers callers = new HonestCallers(adapter.process())) {
            adapter.process().endsWithin(WARM);
            callers.stop();
        }
        first = Footprint.of(adapter);
        quiet = held();
    }

    /** The names of all attacks. */
    public static List<String> attacks() {
        return Tools.run(HERE, "python3", "-B", ATTACKS.toString()).lines().toList();
    }

    /** Has it attacked in these ways, one after the other, each for so long. */
    public Damage suffer(Duration each, List<String> attacks) throws InterruptedException {
        long pid = adapter.process().pid();
        int logged = adapter.output().length();
        Processes.forgetPeakMemory(pid);
        List<String> faults = new ArrayList<>();
        String calls;
        try (HonestCallers callers = new HonestCallers(adapter.process())) {
            for (String attack : attacks) {
                if (!hasEnded()) {
                    faults.addAll(attack(attack, each));
                }
            }
            callers.stop();
            faults.addAll(callers.faults());
            calls = callers.toString();
        }
        String name = String.join(", ", attacks);
        if (!awaits(this::isAlive)) {
            faults.add(0, fall());
            return new Damage(name, calls, 0, quiet, quiet, faults);
        }
        Held after = awaitCalm(faults);
        long peak = Processes.peakMemoryKib(pid);
        if (peak > mostKib()) {
            faults.add("it took " + (peak >> 10) + " MB (at most: " + (mostKib() >> 10) + ")");
        }
        faults.addAll(faultsOf(adapter.output().substring(logged), attacks.size()));
        return new Damage(name, calls, peak, quiet, after, faults);
    }

    private List<String> attack(String attack, Duration time) {
        String http = Integer.toString(adapter.process().port());
        String grpc = Integer.toString(adapter.process().grpcPort());
        String seconds = Long.toString(time.toSeconds());
        return Tools.run(HERE, "python3", "-B", ATTACKS.toString(), attack, http, grpc, seconds)
                .lines()
                .toList();
    }

    private long mostKib() {
        return (long) ((heap << 10) * (1 + BUFFERS)) + BESIDE_KIB;
    }

    /** How the attacks have ended it; if they have not quite, this does. */
    private String fall() {
        fallen = true;
        if (!hasEnded()) {
            Processes.signal(adapter.process().pid(), "KILL");
            return "it answers nobody any more, exit code " + adapter.process().exitCode();
        }
        return "it ended with exit code " + adapter.process().exitCode();
    }

    private boolean hasEnded() {
        return adapter.process().endsWithin(Duration.ZERO);
    }

    /** Whether the attacks have ended it. */
    public boolean hasFallen() {
        return fallen;
    }

    /** Whether it answers a platform that asks whether it is alive, in the time that a platform gives it. */
    private boolean isAlive() {
        HttpRequest request = HttpRequest.newBuilder(adapter.process().uri("/"))
                .timeout(PROBE)
                .build();
        try {
            return probe.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private Held held() {
        long pid = adapter.process().pid();
        return new Held(
                Processes.entries(pid, "fd"),
                Processes.entries(pid, "task"),
                adapter.count("adapter_memory_used_bytes"));
    }

    private Held awaitCalm(List<String> faults) {
        awaits(() -> isCalm(held()));
        Held after = held();
        if (!isCalm(after)) {
            faults.add(after + " after " + CALM.toSeconds() + " s, before: " + quiet);
        }
        if (!awaits(() -> adapter.count("adapter_in_flight") + adapter.count("adapter_queue_depth") == 0)) {
            faults.add("requests are in flight, and there are no callers");
        }
        return after;
    }

    private boolean isCalm(Held held) {
        return held.files <= quiet.files + SLACK
                && held.threads <= quiet.threads + SLACK
                && held.memory <= quiet.memory + MEMORY_SLACK;
    }

    private boolean awaits(BooleanSupplier condition) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (adapter.process().endsWithin(POLL) || System.nanoTime() - started > CALM.toNanos()) {
                return false;
            }
        }
        return true;
    }

    private static List<String> faultsOf(String log, int attacks) {
        List<String> faults = new ArrayList<>();
        if (log.length() > attacks * MOST_LOG) {
            faults.add("it logged " + log.length() + " letters");
        }
        log.lines()
                .filter(line -> line.contains(" ERROR ") || line.contains("Exception") || line.startsWith("\tat "))
                .limit(3)
                .forEach(line -> faults.add("it logged: " + line));
        return faults;
    }

    /** Fails unless it is as it was when it began, and stops at once. */
    public void checkUnharmed() {
        Footprint.of(adapter).checkNotAbove(first);
        adapter.process().terminate();
        if (!adapter.process().endsWithin(STOP)) {
            throw new AssertionError("still running " + STOP + " after SIGTERM:\n" + adapter.output());
        }
        int code = adapter.process().exitCode();
        if (code != 0) {
            throw new AssertionError("exit code " + code + " after SIGTERM:\n" + adapter.output());
        }
    }

    @Override
    public void close() {
        try {
            adapter.close();
        } catch (AssertionError e) {
            // What one that has fallen has logged and taken is no news.
            if (!fallen) {
                throw e;
            }
        }
    }
}
