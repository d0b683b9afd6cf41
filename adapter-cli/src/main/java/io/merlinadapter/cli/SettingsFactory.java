package io.merlinadapter.cli;

import static io.merlinadapter.cli.Setting.*;

import io.merlinadapter.http.server.PortSettings;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads every setting with its bounds, in the order of {@link Setting}. */
final class SettingsFactory {

    private static final Duration NONE = Duration.ZERO;
    private static final Duration BLINK = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofHours(24);
    private static final int MOST_IN_FLIGHT = 256;
    private static final long MOST_CONNECTIONS = 10_000;
    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;

    private final SettingReader reader;
    private final Faults faults;
    private final Platform platform;
    private final Machine machine;

    SettingsFactory(SettingReader reader, Faults faults, Platform platform, Machine machine) {
        this.reader = reader;
        this.faults = faults;
        this.platform = platform;
        this.machine = machine;
    }

    Settings read(List<String> command) {
        Settings.Model model = model();
        Settings.Program program = program(command);
        Settings.Serving serving = serving();
        Settings.Limits limits = limits(program.workers(), serving.protocol().ports());
        Settings.Life life = life(limits);
        Settings.Restarts restarts = restarts();
        Settings.Metrics metrics = metrics();
        Settings.Logs logs = new Settings.Logs(
                reader.logLevel(LOG_LEVEL),
                reader.choice(LOG_FORMAT, Settings.LogFormat.class),
                reader.isTrue(ACCESS_LOG));
        return new Settings(model, program, serving, limits, life, restarts, metrics, logs);
    }

    private Settings.Model model() {
        String name = reader.name(MODEL_NAME);
        String version = reader.name(MODEL_VERSION);
        String fullName = reader.nameOr(MODEL_FULL_NAME, name + "-" + version);
        return new Settings.Model(name, version, fullName, reader.optionalText(ARTIFACT_LOCATION));
    }

    private Settings.Program program(List<String> command) {
        int workers = reader.count(WORKERS, 1, 1024);
        Settings.Format format = reader.choice(FORMAT, Settings.Format.class);
        Settings.Wire wire = new Settings.Wire(
                format, reader.channel(CHANNEL), reader.optionalText(SOCKET_DIR), reader.headerNames(PASS_HEADER));
        int auto = format == Settings.Format.JSONRPC ? MOST_IN_FLIGHT : 1;
        int maxInFlight = reader.countOrAuto(MAX_IN_FLIGHT, auto, 1, MOST_IN_FLIGHT);
        Settings.Reply reply = reader.choice(REPLY, Settings.Reply.class);
        Settings.Nan nan = reader.choice(NAN, Settings.Nan.class);
        Duration orderCheck = reader.duration(ORDER_CHECK, NONE, Duration.ofSeconds(5));
        // It has done its work before any option was parsed; it is read here for its faults and for the table.
        reader.choice(SPLIT_ARGS, Settings.SplitMode.class);
        return new Settings.Program(command, workers, wire, maxInFlight, reply, nan, orderCheck);
    }

    private Settings.Serving serving() {
        int httpPort = reader.count(HTTP_PORT, 0, 65_535);
        ReservedPorts.check(reader.given(HTTP_PORT), httpPort, faults);
        int grpcPort = reader.count(GRPC_PORT, 0, 65_535);
        ReservedPorts.check(reader.given(GRPC_PORT), grpcPort, faults);
        String host = reader.text(HOST);
        Settings.Protocol protocol = reader.choice(PROTOCOL, Settings.Protocol.class, "HTTP_JSON, UPI_V1 or both");
        Settings.UpiPayload payload = reader.choice(UPI_PAYLOAD, Settings.UpiPayload.class);
        return new Settings.Serving(httpPort, grpcPort, host, protocol, payload, reader.count(EVENT_LOOPS, 1, 64));
    }

    private Settings.Limits limits(int workers, int ports) {
        Duration requestTimeout = reader.duration(REQUEST_TIMEOUT, BLINK, DAY);
        Duration hangTimeout = reader.duration(HANG_TIMEOUT, BLINK, DAY);
        Duration abandonAfter = reader.duration(ABANDON_AFTER, NONE, DAY);
        int queueSize = reader.count(QUEUE_SIZE, 1, 1_000_000);
        int maxBody = reader.size(MAX_BODY, GIB);
        int maxReply = reader.size(MAX_REPLY, GIB);
        long memoryBudget = reader.sizeOrAuto(MEMORY_BUDGET, budget(Math.max(maxBody, maxReply)), 1024 * GIB);
        int auto = connections(memoryBudget, workers, ports);
        int maxConnections = reader.countOrAuto(MAX_CONNECTIONS, auto, 1, 1_000_000);
        return new Settings.Limits(
                requestTimeout, hangTimeout, abandonAfter, queueSize, memoryBudget, maxConnections, maxBody, maxReply);
    }

    /** As many as a quarter of the memory pays for, and as there are file descriptors for. */
    private int connections(long memoryBudget, int workers, int ports) {
        long paid = memoryBudget / 4 / PortSettings.CONNECTION_PRICE;
        long most = Math.min(paid, machine.filesForConnections(workers)) / ports;
        return (int) Math.max(1, Math.min(most, MOST_CONNECTIONS));
    }

    /** Two fifths of the heap: what is left is the adapter's own, and what its garbage collector needs to keep up. */
    private long budget(int largest) {
        long share = machine.maxHeap() / 5 * 2;
        return Math.max(share, Math.min(2L * largest, machine.maxHeap() / 2)) / MIB * MIB;
    }

    private Settings.Life life(Settings.Limits limits) {
        Duration startupTimeout = reader.duration(STARTUP_TIMEOUT, BLINK, DAY);
        Duration settle = reader.duration(SETTLE, NONE, HOUR);
        reader.optionalText(WARMUP);
        String warmup = warmup(limits);
        return new Settings.Life(
                startupTimeout,
                settle,
                warmup,
                reader.duration(UNREADY_GRACE, BLINK, DAY),
                reader.durationOrAuto(DRAIN_DELAY, platform.drainDelay(), NONE, HOUR),
                reader.duration(DRAIN_TIMEOUT, NONE, HOUR),
                reader.duration(GRACE_PERIOD, BLINK, DAY),
                reader.text(TERMINATION_LOG));
    }

    private Settings.Restarts restarts() {
        return new Settings.Restarts(
                reader.duration(BACK_OFF, BLINK, HOUR),
                reader.duration(BACK_OFF_MAX, BLINK, HOUR),
                reader.duration(STABLE_AFTER, BLINK, DAY),
                reader.count(GIVE_UP_AFTER, 0, 1_000_000),
                reader.isTrue(RETRY_ON_WORKER_LOSS),
                reader.count(MAX_REQUESTS, 0, 1_000_000_000),
                // Less than a program can start in would replace it for ever: its writer forgot the unit.
                reader.sizeOrNone(MAX_RSS, MIB, 1024 * GIB));
    }

    private Settings.Metrics metrics() {
        return new Settings.Metrics(
                reader.count(CHILD_SERIES, 0, 100_000),
                new Settings.Pushgateway(
                        reader.isTrue(PUSHGATEWAY_ENABLED),
                        reader.gateway(PUSHGATEWAY_URL),
                        reader.duration(PUSHGATEWAY_PUSH_INTERVAL, SECOND, DAY),
                        reader.text(PUSHGATEWAY_JOB),
                        reader.isTrue(PUSHGATEWAY_DELETE)));
    }

    private @Nullable String warmup(Settings.Limits limits) {
        return faults.none(WARMUP) ? Warmup.read(reader.given(WARMUP), limits.maxBody(), faults) : null;
    }
}
