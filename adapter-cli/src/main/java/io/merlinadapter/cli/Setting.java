package io.merlinadapter.cli;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every option, declared once. Command line, environment, {@code --help}, the resolved table and
 * {@code docs/configuration.md} all read this list; its order is the order in which they show it.
 */
enum Setting {
    MODEL_NAME(Group.MODEL, "CARAML_MODEL_NAME", "model", "NAME", "Name of the model."),
    MODEL_VERSION(Group.MODEL, "CARAML_MODEL_VERSION", "1", "VERSION", "Version of the model."),
    MODEL_FULL_NAME(
            Group.MODEL,
            "CARAML_MODEL_FULL_NAME",
            null,
            "NAME",
            "Name in the URL /v1/models/NAME:predict. {name}-{version} works too.",
            "{name}-{version}"),
    ARTIFACT_LOCATION(
            Group.MODEL,
            "CARAML_ARTIFACT_LOCATION",
            null,
            "PATH",
            "Folder with the model's files. Only passed on to the program."),

    WORKERS(Group.PROGRAM, "WORKERS", "1", "N", "How many copies of the program run side by side."),
    MAX_IN_FLIGHT(
            Group.PROGRAM,
            "1",
            "N",
            "Requests that one copy may hold at a time. With more than 1, only their order tells which reply belongs"
                    + " to which request."),
    REPLY(
            Group.PROGRAM,
            "object",
            "KIND",
            "What counts as a reply: a JSON object, or any JSON value. KIND is object or any."),
    NAN(
            Group.PROGRAM,
            "fail",
            "ACTION",
            "What to do with NaN and Infinity in a reply, which are not JSON: fail the request, or write null."
                    + " ACTION is fail or null."),
    ORDER_CHECK(
            Group.PROGRAM,
            "100ms",
            "TIME",
            "How long a copy is now and then left without work, to see that it prints no line that nobody asked for."
                    + " 0 turns it off."),
    SPLIT_ARGS(
            Group.PROGRAM,
            "auto",
            "WHEN",
            "Merlin splits a logged command line at each space, quoted or not. When to put it together again: auto"
                    + " (under Merlin, if the pieces show it), never or always."),

    HTTP_PORT(Group.SERVING, "CARAML_HTTP_PORT", "8080", "PORT", "Port of the HTTP_JSON front; 0 takes any free one."),
    HOST(Group.SERVING, "0.0.0.0", "ADDRESS", "Address to listen on."),
    PROTOCOL(
            Group.SERVING,
            "CARAML_PROTOCOL",
            "HTTP_JSON",
            "NAME",
            "Protocol to serve. This version serves HTTP_JSON only."),
    EVENT_LOOPS(
            Group.SERVING,
            "1",
            "N",
            "Threads that serve connections. One is the fastest until it is busy all the time."),

    REQUEST_TIMEOUT(
            Group.LIMITS, "30s", "TIME", "Longest time from a request's headers to its answer, waiting included."),
    ABANDON_AFTER(
            Group.LIMITS,
            "30s",
            "TIME",
            "How long after its deadline a reply is still awaited before the place it holds is given up."),
    QUEUE_SIZE(Group.LIMITS, "1000", "N", "Requests that may wait for a worker."),
    MEMORY_BUDGET(
            Group.LIMITS,
            "32MiB",
            "SIZE",
            "Bytes that all requests and replies together may hold. At least twice the larger of --max-body and"
                    + " --max-reply, at most half of the Java heap."),
    MAX_BODY(Group.LIMITS, "16MiB", "SIZE", "Largest request body."),
    MAX_REPLY(Group.LIMITS, "16MiB", "SIZE", "Longest reply line of the program."),

    STARTUP_TIMEOUT(Group.LIFE, "5m", "TIME", "How long the program may take to become ready."),
    SETTLE(
            Group.LIFE,
            "0.3s",
            "TIME",
            "Without a warm-up, a program counts as ready when it is still alive after this time."),
    WARMUP(
            Group.LIFE,
            null,
            "JSON|@FILE",
            "Request that a program must answer without error before it counts as ready: JSON, or @ and the file"
                    + " that holds it. The best proof of readiness there is."),
    DRAIN_TIMEOUT(
            Group.LIFE,
            "15s",
            "TIME",
            "How long accepted requests may take to finish once the adapter is told to stop."),

    LOG_LEVEL(Group.LOGGING, "LOG_LEVEL", "info", "LEVEL", "trace, debug, info, warn or error."),
    LOG_FORMAT(Group.LOGGING, "text", "FORMAT", "text, or json for one JSON object per line. Logs go to stderr.");

    /** The command line of the program, for when the arguments hold none. */
    static final String COMMAND_VARIABLE = "ADAPTER_COMMAND";

    /** Read by the launcher script: options for the Java virtual machine. */
    static final String JAVA_VARIABLE = "ADAPTER_JAVA_OPTS";

    /** Tells a child its number. */
    static final String WORKER_VARIABLE = "ADAPTER_WORKER";

    /** Set by the adapter for its children; nothing of ours when found in our own environment. */
    static final List<String> CHILD_VARIABLES = List.of(WORKER_VARIABLE, "ADAPTER_SOCKET");

    /** Headings under which the settings are shown. */
    enum Group {
        MODEL("Model"),
        PROGRAM("Program"),
        SERVING("Serving"),
        LIMITS("Limits"),
        LIFE("Life"),
        LOGGING("Logging");

        private final String heading;

        Group(String heading) {
            this.heading = heading;
        }

        String heading() {
            return heading;
        }
    }

    private final Group group;
    private final String variable;
    private final @Nullable String fallback;
    private final String label;
    private final String description;
    private final String fallbackShown;

    /** A setting whose variable is named like its flag. */
    Setting(Group group, @Nullable String fallback, String label, String description) {
        this(group, null, fallback, label, description);
    }

    Setting(Group group, @Nullable String variable, @Nullable String fallback, String label, String description) {
        this(group, variable, fallback, label, description, fallback == null ? "unset" : fallback);
    }

    Setting(
            Group group,
            @Nullable String variable,
            @Nullable String fallback,
            String label,
            String description,
            String fallbackShown) {
        this.group = group;
        this.variable = variable == null ? Variables.PREFIX + name() : variable;
        this.fallback = fallback;
        this.label = label;
        this.description = description;
        this.fallbackShown = fallbackShown;
    }

    Group group() {
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

    String label() {
        return label;
    }

    String description() {
        return description;
    }
}
