package io.merlinadapter.cli.config;

import static io.merlinadapter.cli.config.Kinds.*;
import static io.merlinadapter.cli.config.OptionGroup.*;

import io.merlinadapter.http.server.PortSettings;
import io.merlinadapter.metrics.push.GatewayUrl;
import io.merlinadapter.os.ProcessStarter;
import io.merlinadapter.os.ProgramMemory;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.upi.table.PayloadKind;
import io.merlinadapter.worker.WorkerSettings.InFlightLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Every option, declared once. Command line, environment, {@code --help}, the resolved table and
 * {@code docs/configuration.md} all read this list; its order is the order in which they show it, and in which values are
 * read: what one follows from stands before it. What each is for is said in {@code option-texts.properties}.
 */
public final class Options {
    /** Of all variables but those that Merlin or the world has named. */
    public static final String PREFIX = "ADAPTER_";

    /** The command line of the program, for when the arguments hold none. */
    public static final String COMMAND_VARIABLE = "ADAPTER_COMMAND";

    /** Read by the launcher script: options for the Java virtual machine. */
    public static final String JAVA_VARIABLE = "ADAPTER_JAVA_OPTS";

    /** Tells a child its number. */
    public static final String WORKER_VARIABLE = "ADAPTER_WORKER";

    /** Set by the adapter for its children; nothing of ours when found in our own environment. */
    public static final List<String> CHILD_VARIABLES = List.of(WORKER_VARIABLE, "ADAPTER_SOCKET", ProcessStarter.MARK);

    /** Values of {@link #CHANNEL}; all others are addresses to connect to. */
    public static final String STDIO = "stdio";

    public static final String SOCKET = "socket";

    static final String TRUE_OR_FALSE = "true|false";

    private static final List<Option<?>> ALL = new ArrayList<>();

    private static final Duration NONE = Duration.ZERO;
    private static final Duration BLINK = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofHours(24);
    private static final int BAD_STREAK_OF_MANY = 20;
    private static final int MOST_IN_FLIGHT = 256;
    /** A program wakes up once for many lines by then, and what more there were would only be harder to take back. */
    private static final int MOST_NUMBERED = 16;

    private static final int MOST_IN_BATCH = 1024;
    private static final int USUAL_BATCH = 32;
    private static final Duration USUAL_BATCH_DELAY = Duration.ofMillis(2);
    private static final Duration LONGEST_BATCH_DELAY = Duration.ofSeconds(10);
    private static final int MOST_CONNECTIONS = 10_000;
    private static final int MIB = 1 << 20;
    private static final int GIB = 1 << 30;
    private static final long TIB = 1L << 40;

    public static final Option<String> MODEL_NAME =
            option(MODEL, "model-name", "CARAML_MODEL_NAME", "model", "NAME", name());
    public static final Option<String> MODEL_VERSION =
            option(MODEL, "model-version", "CARAML_MODEL_VERSION", "1", "VERSION", name());
    /** The name in the URL. */
    public static final Option<String> MODEL_FULL_NAME = option(
            MODEL,
            "model-full-name",
            "CARAML_MODEL_FULL_NAME",
            null,
            "{name}-{version}",
            "NAME",
            name().orDerived(reader -> reader.get(MODEL_NAME) + "-" + reader.get(MODEL_VERSION)));
    /** Only passed on to the program. */
    public static final Option<Optional<String>> ARTIFACT_LOCATION =
            option(MODEL, "artifact-location", "CARAML_ARTIFACT_LOCATION", null, "PATH", text().optional());

    public static final Option<Integer> WORKERS = option(PROGRAM, "workers", "WORKERS", "1", "N", count(1, 1024));
    public static final Option<ProgramFormat> FORMAT =
            option(PROGRAM, "format", "json", "FORMAT", choice(ProgramFormat.class));
    /** As it was written: stdio, socket or an address to connect to. */
    public static final Option<String> CHANNEL = option(PROGRAM, "channel", STDIO, "CHANNEL", channel());

    public static final Option<Optional<String>> SOCKET_DIR =
            option(PROGRAM, "socket-dir", null, "DIR", text().optional());
    /** Beside those that always are passed. */
    public static final Option<List<String>> PASS_HEADER =
            option(PROGRAM, "pass-header", variable("pass-header"), null, "none", "NAME,...", headerNames());

    public static final Option<InFlightLimit> MAX_IN_FLIGHT = option(
            PROGRAM,
            "max-in-flight",
            "auto",
            "N|auto",
            count(1, MOST_IN_FLIGHT)
                    .as(InFlightLimit::of, Options::show)
                    .orAuto(reader -> reader.get(FORMAT) == ProgramFormat.JSONRPC
                            ? InFlightLimit.of(MOST_IN_FLIGHT)
                            : new InFlightLimit(1, MOST_NUMBERED)));
    public static final Option<BatchMode> BATCH = option(PROGRAM, "batch", "none", "KIND", choice(BatchMode.class));
    /** Less than what the program says, or else that. */
    public static final Option<Integer> BATCH_MAX_SIZE = option(
            PROGRAM,
            "batch-max-size",
            "auto",
            "N|auto",
            count(1, MOST_IN_BATCH).orAuto(reader -> merges(reader) ? USUAL_BATCH : MOST_IN_BATCH));
    /** Likewise. */
    public static final Option<Duration> BATCH_MAX_DELAY = option(
            PROGRAM,
            "batch-max-delay",
            "auto",
            "TIME|auto",
            time(NONE, LONGEST_BATCH_DELAY).orAuto(reader -> merges(reader) ? USUAL_BATCH_DELAY : LONGEST_BATCH_DELAY));

    public static final Option<JsonLines.ReplyKind> REPLY =
            option(PROGRAM, "reply", "object", "KIND", choice(JsonLines.ReplyKind.class));
    public static final Option<JsonLines.NanPolicy> NAN =
            option(PROGRAM, "nan", "fail", "ACTION", choice(JsonLines.NanPolicy.class));
    /** Zero turns the check off. */
    public static final Option<Duration> ORDER_CHECK =
            option(PROGRAM, "order-check", "100ms", "TIME", time(NONE, Duration.ofSeconds(5)));
    /** It has done its work before any option is read. */
    public static final Option<SplitMode> SPLIT_ARGS =
            option(PROGRAM, "split-args", "auto", "WHEN", choice(SplitMode.class));

    /** 0 takes any free port. */
    public static final Option<Integer> HTTP_PORT = option(
            SERVING,
            "http-port",
            "CARAML_HTTP_PORT",
            "8080",
            "PORT",
            count(0, 65_535).then(ReservedPorts::check));
    /** Likewise. */
    public static final Option<Integer> GRPC_PORT = option(
            SERVING,
            "grpc-port",
            "CARAML_GRPC_PORT",
            "9000",
            "PORT",
            count(0, 65_535).then(ReservedPorts::check));

    public static final Option<String> HOST = option(SERVING, "host", "0.0.0.0", "ADDRESS", text());
    public static final Option<Protocol> PROTOCOL =
            option(SERVING, "protocol", "CARAML_PROTOCOL", "both", "NAME", protocol());
    public static final Option<PayloadKind> UPI_PAYLOAD =
            option(SERVING, "upi-payload", "table", "SHAPE", choice(PayloadKind.class));
    public static final Option<Boolean> OPENAPI = option(SERVING, "openapi", "false", TRUE_OR_FALSE, truth());
    public static final Option<Integer> EVENT_LOOPS = option(SERVING, "event-loops", "1", "N", count(1, 64));

    public static final Option<Duration> REQUEST_TIMEOUT =
            option(LIMITS, "request-timeout", "30s", "TIME", time(BLINK, DAY));
    /** Comes on top of the request timeout. */
    public static final Option<Duration> HANG_TIMEOUT = option(LIMITS, "hang-timeout", "30s", "TIME", time(BLINK, DAY));

    public static final Option<Duration> ABANDON_AFTER =
            option(LIMITS, "abandon-after", "30s", "TIME", time(NONE, DAY));
    public static final Option<Integer> QUEUE_SIZE = option(LIMITS, "queue-size", "1000", "N", count(1, 1_000_000));
    public static final Option<Integer> MAX_BODY = option(LIMITS, "max-body", "16MiB", "SIZE", indexableSize(GIB));
    public static final Option<Integer> MAX_REPLY = option(LIMITS, "max-reply", "16MiB", "SIZE", indexableSize(GIB));
    public static final Option<Long> MEMORY_BUDGET =
            option(LIMITS, "memory-budget", "auto", "SIZE|auto", size(TIB).orAuto(Options::budget));
    public static final Option<Integer> MAX_CONNECTIONS = option(
            LIMITS, "max-connections", "auto", "N|auto", count(1, 1_000_000).orAuto(Options::connections));

    public static final Option<Duration> STARTUP_TIMEOUT =
            option(LIFE, "startup-timeout", "5m", "TIME", time(BLINK, DAY));
    public static final Option<Duration> SETTLE = option(LIFE, "settle", "1s", "TIME", time(NONE, HOUR));
    /** One JSON value as it was written, line breaks included. */
    public static final Option<Optional<String>> WARMUP =
            option(LIFE, "warmup", null, "JSON|@FILE", text().optional().then(Warmup::read));

    public static final Option<Duration> UNREADY_GRACE = option(LIFE, "unready-grace", "10s", "TIME", time(BLINK, DAY));
    public static final Option<Duration> DRAIN_DELAY = option(
            LIFE,
            "drain-delay",
            "auto",
            "TIME|auto",
            time(NONE, HOUR).orAuto(reader -> reader.platform().drainDelay()));
    /** What the platform leaves for all of the stop; the other times have been checked against it. */
    public static final Option<Duration> GRACE_PERIOD = option(LIFE, "grace-period", "30s", "TIME", time(BLINK, DAY));

    public static final Option<Duration> DRAIN_TIMEOUT =
            option(LIFE, "drain-timeout", "auto", "TIME|auto", time(NONE, HOUR).orAuto(Options::drain));
    /** A file that need not exist. */
    public static final Option<String> TERMINATION_LOG =
            option(LIFE, "termination-log", "/dev/termination-log", "FILE", text());

    /** Before the first restart; doubles. */
    public static final Option<Duration> BACK_OFF = option(RESTARTS, "back-off", "0.1s", "TIME", time(BLINK, HOUR));

    public static final Option<Duration> BACK_OFF_MAX =
            option(RESTARTS, "back-off-max", "5s", "TIME", time(BLINK, HOUR));
    public static final Option<Duration> STABLE_AFTER =
            option(RESTARTS, "stable-after", "60s", "TIME", time(BLINK, DAY));
    /** Starts in a row without a single answer; 0 is never. */
    public static final Option<Integer> GIVE_UP_AFTER =
            option(RESTARTS, "give-up-after", "5", "N", count(0, 1_000_000));

    public static final Option<Boolean> RETRY_ON_WORKER_LOSS =
            option(RESTARTS, "retry-on-worker-loss", "false", TRUE_OR_FALSE, truth());
    /** 0 is never. */
    public static final Option<Integer> MAX_REQUESTS =
            option(RESTARTS, "max-requests", "0", "N", count(0, 1_000_000_000));
    /**
     * In bytes, for all processes of a worker; 0 is no limit. Less than a program can start in would replace it for ever:
     * its writer forgot the unit.
     */
    public static final Option<Long> MAX_RSS = option(RESTARTS, "max-rss", "0", "SIZE", zeroOrSize(MIB, TIB));

    /** What a worker is ended for at once; as in {@link #MAX_RSS}, bytes without a unit are a slip. */
    public static final Option<ProgramMemory> PROGRAM_MEMORY = option(
            RESTARTS,
            "program-memory",
            "auto",
            "SIZE|auto|none",
            noneOrSize(MIB, TIB)
                    .as(size -> size == 0 ? ProgramMemory.ANY : ProgramMemory.each(size), Options::show)
                    .orAuto(reader -> reader.machine().endsAsOne() ? ProgramMemory.OF_CONTAINER : ProgramMemory.ANY));

    /** 0 is never, which a single worker has unless asked otherwise: there it can't be told whose fault it is. */
    public static final Option<Integer> BAD_STREAK = option(
            RESTARTS,
            "bad-streak",
            "auto",
            "N|auto",
            count(0, 1_000_000).orAuto(reader -> reader.get(WORKERS) > 1 ? BAD_STREAK_OF_MANY : 0));

    public static final Option<Integer> CHILD_SERIES = option(METRICS, "child-series", "1000", "N", count(0, 100_000));
    public static final Option<Boolean> PUSHGATEWAY_ENABLED =
            option(METRICS, "pushgateway-enabled", "PUSHGATEWAY_ENABLED", "false", TRUE_OR_FALSE, truth());
    public static final Option<GatewayUrl> PUSHGATEWAY_URL =
            option(METRICS, "pushgateway-url", "PUSHGATEWAY_URL", "localhost:9091", "URL", gateway());
    public static final Option<Duration> PUSHGATEWAY_PUSH_INTERVAL = option(
            METRICS, "pushgateway-push-interval", "PUSHGATEWAY_PUSH_INTERVAL_SEC", "30s", "TIME", time(SECOND, DAY));
    public static final Option<String> PUSHGATEWAY_JOB =
            option(METRICS, "pushgateway-job", "merlin_adapter", "NAME", text());
    public static final Option<Boolean> PUSHGATEWAY_DELETE =
            option(METRICS, "pushgateway-delete", "true", TRUE_OR_FALSE, truth());

    public static final Option<Level> LOG_LEVEL =
            option(LOGGING, "log-level", "LOG_LEVEL", "info", "LEVEL", logLevel());
    public static final Option<LogFormat> LOG_FORMAT =
            option(LOGGING, "log-format", "text", "FORMAT", choice(LogFormat.class));
    /** Whether each prediction has a line, whatever the level. */
    public static final Option<Boolean> ACCESS_LOG = option(LOGGING, "access-log", "false", TRUE_OR_FALSE, truth());

    private Options() {}

    /** In the order of declaration. */
    public static List<Option<?>> all() {
        return Collections.unmodifiableList(ALL);
    }

    /** What somebody needs who is new to all of them; the README lists the same. */
    public static List<Option<?>> essential() {
        return List.of(
                HTTP_PORT,
                GRPC_PORT,
                PROTOCOL,
                UPI_PAYLOAD,
                HOST,
                MODEL_FULL_NAME,
                WORKERS,
                REQUEST_TIMEOUT,
                QUEUE_SIZE,
                MAX_BODY,
                FORMAT,
                CHANNEL,
                WARMUP,
                LOG_FORMAT,
                ACCESS_LOG);
    }

    /** An option whose variable is named like its flag. */
    private static <T> Option<T> option(
            OptionGroup group, String key, @Nullable String fallback, String label, Kind<T> kind) {
        return option(group, key, variable(key), fallback, label, kind);
    }

    private static String variable(String key) {
        return PREFIX + key.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static <T> Option<T> option(
            OptionGroup group, String key, String variable, @Nullable String fallback, String label, Kind<T> kind) {
        return option(group, key, variable, fallback, fallback == null ? "unset" : fallback, label, kind);
    }

    private static <T> Option<T> option(
            OptionGroup group,
            String key,
            String variable,
            @Nullable String fallback,
            String fallbackShown,
            String label,
            Kind<T> kind) {
        Option<T> option = new Option<>(group, key, variable, fallback, fallbackShown, label, kind);
        ALL.add(option);
        return option;
    }

    private static String show(InFlightLimit limit) {
        return limit.numbered() == limit.lines()
                ? String.valueOf(limit.lines())
                : limit.lines() + ", up to " + limit.numbered() + " if it numbers its replies";
    }

    private static String show(ProgramMemory memory) {
        if (memory.each() > 0) {
            return Amounts.show(memory.each());
        }
        return memory.watchesContainer() ? "what the container has" : Kinds.NONE;
    }

    /** True for a program that says nothing about batches, and gets some. */
    private static boolean merges(ConfigReader reader) {
        return reader.get(FORMAT) == ProgramFormat.JSON && reader.get(BATCH) == BatchMode.INSTANCES;
    }

    /** Two fifths of the heap: what is left is the adapter's own, and what its garbage collector needs to keep up. */
    private static long budget(ConfigReader reader) {
        long maxHeap = reader.machine().maxHeap();
        long share = maxHeap / 5 * 2;
        long largest = Math.max(reader.get(MAX_BODY), reader.get(MAX_REPLY));
        return Math.max(share, Math.min(2 * largest, maxHeap / 2)) / MIB * MIB;
    }

    /** As long as a request may take that was taken at the last moment, if the platform leaves that much. */
    private static Duration drain(ConfigReader reader) {
        Duration wanted = reader.get(REQUEST_TIMEOUT).plus(SECOND);
        Duration left = reader.get(GRACE_PERIOD).minus(reader.get(DRAIN_DELAY)).minus(Inequalities.AFTER_DRAIN);
        Duration drain = wanted.compareTo(left) < 0 ? wanted : left;
        return drain.isNegative() ? Duration.ZERO : drain;
    }

    /** As many as a quarter of the memory pays for, and as there are file descriptors for. */
    private static int connections(ConfigReader reader) {
        long paid = reader.get(MEMORY_BUDGET) / 4 / PortSettings.CONNECTION_PRICE;
        long files = reader.machine().filesForConnections(reader.get(WORKERS));
        long most = Math.min(paid, files) / reader.get(PROTOCOL).ports();
        return (int) Math.max(1, Math.min(most, MOST_CONNECTIONS));
    }
}
