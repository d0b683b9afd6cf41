package io.merlinadapter.cli.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Watch.Sign;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A running adapter as it is seen from outside. Closing it stops it in order, and checks what holds whatever its child's
 * vice is: it stays small, it ends well, and no process is left.
 */
public final class Supervised implements AutoCloseable {
    private static final Path HERE = Path.of(".");
    private static final long MOST_MEMORY_KIB = 300 << 10;
    private static final Pattern STARTED = Pattern.compile("worker (\\d+): started as process (\\d+)");

    private final String mark = UUID.randomUUID().toString();
    private final AdapterProcess adapter;
    private final Watch watch;
    private final Callers callers;

    /** Starts this command, which ends up as an adapter whose virtual machine gets these options. */
    public Supervised(List<String> command, String javaOptions) {
        this(command, javaOptions, UnaryOperator.identity());
    }

    /** @param question makes what callers send of what they ask for */
    Supervised(List<String> command, String javaOptions, UnaryOperator<String> question) {
        Map<String, String> environment = Map.of(Processes.MARK, mark, "ADAPTER_JAVA_OPTS", javaOptions);
        this.adapter = AdapterProcess.start(HERE, environment, AdapterProcess.freePort(), command);
        this.callers = new Callers(adapter, question);
        this.watch = Watch.of(adapter);
    }

    /** Waits until the port is open, and the watch has seen as much; what it saw before is forgotten. */
    public void awaitPort() {
        adapter.awaitPort();
        until(() -> watch.is(Sign.READY, "200"), "readiness");
        watch.begin();
    }

    public Told post(String body) {
        return Told.of(callers.post(body));
    }

    public Told post(String body, Duration deadline) {
        return Told.of(callers.post(body, deadline));
    }

    /** Posts on another thread. */
    public CompletableFuture<Told> postAside(String body) {
        CompletableFuture<Told> told = new CompletableFuture<>();
        Thread caller = new Thread(
                () -> {
                    try {
                        told.complete(post(body));
                    } catch (AssertionError e) {
                        told.completeExceptionally(e);
                    }
                },
                "caller");
        caller.setDaemon(true);
        caller.start();
        return told;
    }

    /** Fails unless a request is answered, and well. */
    public void serves(String token) {
        post(Requests.echo(token)).isTheAnswerTo(token);
    }

    public Callers callers() {
        return callers;
    }

    public AdapterProcess process() {
        return adapter;
    }

    public Watch watch() {
        return watch;
    }

    public String output() {
        return adapter.output();
    }

    /** Waits until all of these texts are in its log, which is written behind the answers. */
    public void logs(String... texts) {
        adapter.logs(texts);
    }

    /** As {@link #logs}, of a regular expression. */
    public void logsLike(String pattern) {
        adapter.logsLike(pattern);
    }

    /** The sum over the metric's lines that have these labels. */
    public long count(String metric, String... labels) {
        return (long) adapter.metrics()
                .lines()
                .filter(line -> line.startsWith(metric + "{"))
                .filter(line -> List.of(labels).stream().allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    public long starts() {
        return count("adapter_worker_starts_total");
    }

    /** The lines that count failures, of those kinds that there were. */
    public List<String> failures() {
        return adapter.metrics()
                .lines()
                .filter(line -> line.startsWith("adapter_failures_total{") && !line.endsWith(" 0.0"))
                .toList();
    }

    public long failures(String kind) {
        return count("adapter_failures_total", "kind=\"" + kind + "\"");
    }

    public long deaths(String reason) {
        return count("adapter_worker_deaths_total", "reason=\"" + reason + "\"");
    }

    /** Waits until workers have died, {@code number} of them for this reason; fails if any did for another. */
    public void diedOf(String reason, int number) {
        until(() -> deaths(reason) >= number, number + " deaths by " + reason);
        assertThat(deaths(reason)).as(reason).isEqualTo(number);
        assertThat(count("adapter_worker_deaths_total")).as("all deaths").isEqualTo(number);
    }

    /** Process ids of all children there ever were, the last of each worker. */
    public Map<Integer, Long> children() {
        Map<Integer, Long> last = new LinkedHashMap<>();
        Matcher matcher = STARTED.matcher(output());
        while (matcher.find()) {
            last.put(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
        }
        return last;
    }

    /** The child of the only worker. */
    public long child() {
        until(() -> children().containsKey(0), "child");
        return children().get(0);
    }

    public void until(BooleanSupplier condition, String what) {
        adapter.until(condition, what + "; seen:" + watch);
    }

    /** Fails unless callers and platform saw it ready all the time. */
    public void wasReadyThroughout() {
        watch.was(Sign.READY, "200");
        wasLiveThroughout();
    }

    /** Fails unless it was live and reachable all the time. */
    public void wasLiveThroughout() {
        watch.was(Sign.LIVE, "200");
        watch.was(Sign.TCP, "open");
    }

    /** Fails unless it lost its only worker once, and got another, being live and reachable all the time. */
    public void wasUnreadyOnce() {
        until(() -> watch.is(Sign.READY, "200"), "readiness");
        watch.was(Sign.READY, "200", "503", "200");
        wasLiveThroughout();
    }

    /** Stops it, unless it has ended; its exit code. */
    public int stop() {
        adapter.terminate();
        return adapter.exitCode();
    }

    @Override
    public void close() {
        watch.close();
        try {
            long memory = Processes.peakMemoryKib(adapter.pid());
            boolean hadEnded = adapter.endsWithin(Duration.ZERO);
            int code = stop();
            String output = adapter.output();
            assertThat(memory).as("KiB of memory at most").isLessThan(MOST_MEMORY_KIB);
            assertThat(hadEnded || code == 0)
                    .as("exit code %s:%n%s", code, output)
                    .isTrue();
            assertThat(output).doesNotContain("please report this").doesNotContain("Exception");
            assertThat(Processes.marked(mark)).as("processes that are left").isEmpty();
        } finally {
            adapter.close();
        }
    }
}
