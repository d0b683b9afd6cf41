package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.CapturedLog.Line;
import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.log.Logging;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A running adapter, somebody who calls it, and what is seen of both. One thread. */
final class Scene {
    private static final Pattern ENDED =
            Pattern.compile("worker (\\d+): DEAD, (.*?)(?:; workers \\(.*)?", Pattern.DOTALL);
    private static final Pattern READY = Pattern.compile("worker (\\d+): READY, .*", Pattern.DOTALL);
    private static final int MOST_WORDS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    /** So many answers one caller may have to wait for. */
    private static final int SLOW_ANSWERS = 4;

    private static final int TRIES = 3;
    private static final double LONGEST_WAIT_MILLIS = 3000;
    private static final int MOST_OUTPUT = 3;
    private static final long MOMENT = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long TO_RESTART = TimeUnit.SECONDS.toNanos(15);

    final CheckSettings settings;
    final Config config;
    final CapturedLog log;
    final Logging logging;
    final Caller caller;
    final Findings findings;
    final Report report;
    final LongSupplier clock;
    /** Where the samples go; null before the ports are open. */
    Caller.@Nullable Target target;

    int httpPort = -1;
    int grpcPort = -1;
    /** What a good sample usually takes. */
    double usualMillis;

    Scene(CheckSettings settings, CapturedLog log, Logging logging, Caller caller, Report report, LongSupplier clock) {
        this.settings = settings;
        this.config = settings.config();
        this.log = log;
        this.logging = logging;
        this.caller = caller;
        this.report = report;
        this.findings = new Findings(report);
        this.clock = clock;
    }

    /**
     * What a call has led to.
     *
     * @param access the adapter's own account of it; null if there was none
     * @param words what the program said on stderr meanwhile, its last lines
     * @param output what it wrote to stdout beside its replies, the first lines
     * @param death how the program ended; null if it goes on
     * @param remarks what the adapter remarked on
     */
    record Seen(
            Answer answer,
            @Nullable JsonObject access,
            List<String> words,
            List<String> output,
            @Nullable String death,
            List<String> remarks) {
        /** Whether it was not the program that ended by itself. */
        boolean wasReplaced() {
            return remarks.stream().anyMatch(remark -> remark.contains("; it is replaced"));
        }

        String kind() {
            return access == null ? "" : access.getString("kind", "");
        }

        double programMillis() {
            return access == null ? 0 : access.getDouble("worker_ms", 0.0);
        }

        double queueMillis() {
            return access == null ? 0 : access.getDouble("queue_ms", 0.0);
        }

        double adapterMillis() {
            return access == null
                    ? 0
                    : Math.max(0, access.getDouble("duration_ms", 0.0) - programMillis() - queueMillis());
        }
    }

    Caller.Target target() {
        Caller.Target known = target;
        if (known == null) {
            throw new IllegalStateException("no port is open");
        }
        return known;
    }

    Seen ask(Buffer body, Duration deadline) throws InterruptedException {
        return ask(target(), body, deadline);
    }

    /** Calls, and looks at all that comes of it. */
    Seen ask(Caller.Target where, Buffer body, Duration deadline) throws InterruptedException {
        long mark = log.mark();
        String id = caller.nextId();
        Answer answer = caller.ask(where, body, deadline, id);
        Line access = log.await(
                mark,
                line -> line.type().equals("access") && id.equals(line.members().getString("request_id")),
                MOMENT);
        // One that ends by what it was asked is heard of a moment later.
        boolean suspect = !answer.isGood();
        Line death = suspect ? log.await(mark, Scene::isDeath, 2 * MOMENT) : null;
        long unused = log.mark();
        if (death == null) {
            death = log.since(mark).stream().filter(Scene::isDeath).findFirst().orElse(null);
        }
        return new Seen(
                answer,
                access == null ? null : access.members(),
                log.lastWords(mark, MOST_WORDS),
                log.output(mark, MOST_OUTPUT),
                death == null ? null : howItEnded(death),
                remarks(mark));
    }

    static boolean isDeath(Line line) {
        return line.isFromAdapter() && ENDED.matcher(line.message()).matches();
    }

    static String howItEnded(Line death) {
        Matcher ended = ENDED.matcher(death.message());
        return ended.matches() ? ended.group(2) : death.message();
    }

    /** What the adapter remarks on after {@code mark}, but for what each end of a program brings. */
    List<String> remarks(long mark) {
        return log.since(mark).stream()
                .filter(Line::isRemark)
                .map(Line::message)
                .filter(message -> !ENDED.matcher(message).matches())
                .map(message -> message.replaceFirst("^worker \\d+: ", ""))
                .filter(message -> !message.contains("last words") && !message.contains("; workers (ready="))
                .filter(message -> !message.startsWith("giving up"))
                .filter(message -> !message.startsWith("a caller was told: "))
                // Of a machine that has no time, not of the program.
                .filter(message -> !message.startsWith("Thread vert.x-eventloop"))
                .toList();
    }

    /** Waits until a program that has ended after {@code mark} is ready again; how many milliseconds that took, below 0 if it is not. */
    long awaitRestart(long mark) throws InterruptedException {
        long begun = clock.getAsLong();
        Line death = log.await(mark, Scene::isDeath, MOMENT);
        if (death == null) {
            return 0;
        }
        Line ready =
                log.await(death.number(), line -> READY.matcher(line.message()).matches(), TO_RESTART);
        return ready == null ? -1 : (clock.getAsLong() - begun) / 1_000_000;
    }

    /** The page of metrics as it is now. */
    String metrics() throws InterruptedException {
        Answer page = caller.get(Math.max(httpPort, grpcPort), "/metrics");
        for (int i = 0; i < TRIES && page.status() != 200; i++) {
            // A connection that the adapter was just about to close.
            page = caller.get(Math.max(httpPort, grpcPort), "/metrics");
        }
        return page.body().toString();
    }

    /** The sum over a metric's lines; 0 where there are none. */
    double metric(String name) throws InterruptedException {
        return sum(metrics(), name);
    }

    static double sum(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** How long a caller waits, but for a sample: longer if the program is slow, and never longer than who is served. */
    Duration patience() {
        long slow = (long) (SLOW_ANSWERS * usualMillis);
        return shorter(slow < PATIENCE.toMillis() ? PATIENCE : Duration.ofMillis(slow), longestPatience());
    }

    /** How long anybody waits who is served. */
    Duration longestPatience() {
        return config.get(Options.REQUEST_TIMEOUT);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    int workers() {
        return config.get(Options.WORKERS);
    }

    /**
     * So many callers at a time that none of them waits for seconds: the adapter refuses whom it can't answer in time.
     *
     * @param capacity requests that a worker takes at a time
     */
    int callers(int wanted, int capacity) {
        double most = workers() * capacity * LONGEST_WAIT_MILLIS / Math.max(1, usualMillis);
        return (int) Math.max(1, Math.min(Math.min(wanted, Caller.MOST_CONNECTIONS), most));
    }

    static String millis(long millis) {
        return millis((double) millis);
    }

    static String millis(double millis) {
        if (millis >= 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000);
        }
        return millis >= 1000
                ? String.format(Locale.ROOT, "%.2f s", millis / 1000)
                : String.format(Locale.ROOT, millis < 10 ? "%.2f ms" : "%.0f ms", millis);
    }
}
