package io.merlinadapter.cli;

import static io.merlinadapter.cli.SettingGroup.*;

import io.merlinadapter.os.ProcessStarter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every option, declared once. Command line, environment, {@code --help}, the resolved table and
 * {@code docs/configuration.md} all read this list; its order is the order in which they show it. What each is for is said
 * in {@code setting-texts.properties}.
 */
enum Setting {
    MODEL_NAME(MODEL, "CARAML_MODEL_NAME", "model", "NAME"),
    MODEL_VERSION(MODEL, "CARAML_MODEL_VERSION", "1", "VERSION"),
    MODEL_FULL_NAME(MODEL, "CARAML_MODEL_FULL_NAME", null, "NAME", "{name}-{version}"),
    ARTIFACT_LOCATION(MODEL, "CARAML_ARTIFACT_LOCATION", null, "PATH"),

    WORKERS(PROGRAM, "WORKERS", "1", "N"),
    FORMAT(PROGRAM, "json", "FORMAT"),
    CHANNEL(PROGRAM, "stdio", "CHANNEL"),
    SOCKET_DIR(PROGRAM, null, "DIR"),
    PASS_HEADER(PROGRAM, null, null, "NAME,...", "none"),
    MAX_IN_FLIGHT(PROGRAM, "auto", "N|auto"),
    REPLY(PROGRAM, "object", "KIND"),
    NAN(PROGRAM, "fail", "ACTION"),
    ORDER_CHECK(PROGRAM, "100ms", "TIME"),
    SPLIT_ARGS(PROGRAM, "auto", "WHEN"),

    HTTP_PORT(SERVING, "CARAML_HTTP_PORT", "8080", "PORT"),
    GRPC_PORT(SERVING, "CARAML_GRPC_PORT", "9000", "PORT"),
    HOST(SERVING, "0.0.0.0", "ADDRESS"),
    PROTOCOL(SERVING, "CARAML_PROTOCOL", "both", "NAME"),
    UPI_PAYLOAD(SERVING, "table", "SHAPE"),
    EVENT_LOOPS(SERVING, "1", "N"),

    REQUEST_TIMEOUT(LIMITS, "30s", "TIME"),
    HANG_TIMEOUT(LIMITS, "30s", "TIME"),
    ABANDON_AFTER(LIMITS, "30s", "TIME"),
    QUEUE_SIZE(LIMITS, "1000", "N"),
    MAX_BODY(LIMITS, "16MiB", "SIZE"),
    MAX_REPLY(LIMITS, "16MiB", "SIZE"),
    MEMORY_BUDGET(LIMITS, "auto", "SIZE|auto"),
    MAX_CONNECTIONS(LIMITS, "auto", "N|auto"),

    STARTUP_TIMEOUT(LIFE, "5m", "TIME"),
    SETTLE(LIFE, "1s", "TIME"),
    WARMUP(LIFE, null, "JSON|@FILE"),
    UNREADY_GRACE(LIFE, "10s", "TIME"),
    DRAIN_DELAY(LIFE, "auto", "TIME|auto"),
    DRAIN_TIMEOUT(LIFE, "15s", "TIME"),
    GRACE_PERIOD(LIFE, "30s", "TIME"),
    TERMINATION_LOG(LIFE, "/dev/termination-log", "FILE"),

    BACK_OFF(RESTARTS, "0.1s", "TIME"),
    BACK_OFF_MAX(RESTARTS, "5s", "TIME"),
    STABLE_AFTER(RESTARTS, "60s", "TIME"),
    GIVE_UP_AFTER(RESTARTS, "5", "N"),
    RETRY_ON_WORKER_LOSS(RESTARTS, "false", Setting.TRUE_OR_FALSE),
    MAX_REQUESTS(RESTARTS, "0", "N"),
    MAX_RSS(RESTARTS, "0", "SIZE"),

    CHILD_SERIES(METRICS, "1000", "N"),
    PUSHGATEWAY_ENABLED(METRICS, "PUSHGATEWAY_ENABLED", "false", Setting.TRUE_OR_FALSE),
    PUSHGATEWAY_URL(METRICS, "PUSHGATEWAY_URL", "localhost:9091", "URL"),
    PUSHGATEWAY_PUSH_INTERVAL(METRICS, "PUSHGATEWAY_PUSH_INTERVAL_SEC", "30s", "TIME"),
    PUSHGATEWAY_JOB(METRICS, "merlin_adapter", "NAME"),
    PUSHGATEWAY_DELETE(METRICS, "true", Setting.TRUE_OR_FALSE),

    LOG_LEVEL(LOGGING, "LOG_LEVEL", "info", "LEVEL"),
    LOG_FORMAT(LOGGING, "text", "FORMAT"),
    ACCESS_LOG(LOGGING, "false", Setting.TRUE_OR_FALSE);

    /** The command line of the program, for when the arguments hold none. */
    static final String COMMAND_VARIABLE = "ADAPTER_COMMAND";

    /** Read by the launcher script: options for the Java virtual machine. */
    static final String JAVA_VARIABLE = "ADAPTER_JAVA_OPTS";

    /** Tells a child its number. */
    static final String WORKER_VARIABLE = "ADAPTER_WORKER";

    /** Set by the adapter for its children; nothing of ours when found in our own environment. */
    static final List<String> CHILD_VARIABLES = List.of(WORKER_VARIABLE, "ADAPTER_SOCKET", ProcessStarter.MARK);

    private static final String TRUE_OR_FALSE = "true|false";

    private final SettingGroup group;
    private final String variable;
    private final @Nullable String fallback;
    private final String label;
    private final String fallbackShown;

    /** A setting whose variable is named like its flag. */
    Setting(SettingGroup group, @Nullable String fallback, String label) {
        this(group, null, fallback, label);
    }

    Setting(SettingGroup group, @Nullable String variable, @Nullable String fallback, String label) {
        this(group, variable, fallback, label, fallback == null ? "unset" : fallback);
    }

    Setting(
            SettingGroup group,
            @Nullable String variable,
            @Nullable String fallback,
            String label,
            String fallbackShown) {
        this.group = group;
        this.variable = variable == null ? Variables.PREFIX + name() : variable;
        this.fallback = fallback;
        this.label = label;
        this.fallbackShown = fallbackShown;
    }

    SettingGroup group() {
        return group;
    }

    /** As in {@code --http-port}. */
    String flag() {
        return "--" + key();
    }

    /** As in {@code http-port}. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether it may stand alone on the command line, which means true. */
    boolean isSwitch() {
        return label.equals(TRUE_OR_FALSE);
    }

    /** As in {@code --http-port=PORT}. */
    String usage() {
        return flag() + (isSwitch() ? "[=" + label + "]" : "=" + label);
    }

    String variable() {
        return variable;
    }

    /** The value when neither flag nor variable gives one; null where there is none. */
    @Nullable
    String fallback() {
        return fallback;
    }

    /** The default as a reader is told it. */
    String fallbackShown() {
        return fallbackShown;
    }

    /** A value of it as messages may show it: without the password that a URL may hold. */
    String shown(String value) {
        return this == PUSHGATEWAY_URL ? SafeText.withoutLogin(value) : value;
    }

    String label() {
        return label;
    }

    /** What it is for, in sentences. */
    String description() {
        return SettingTexts.of(key());
    }
}
