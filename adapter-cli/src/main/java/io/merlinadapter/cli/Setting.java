package io.merlinadapter.cli;

import static io.merlinadapter.cli.SettingGroup.*;

import io.merlinadapter.process.ChildStarter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Every option, declared once. Command line, environment, {@code --help}, the resolved table and
 * {@code docs/configuration.md} all read this list; its order is the order in which they show it.
 */
enum Setting {
    MODEL_NAME(MODEL, "CARAML_MODEL_NAME", "model", "NAME", "Name of the model."),
    MODEL_VERSION(MODEL, "CARAML_MODEL_VERSION", "1", "VERSION", "Version of the model."),
    MODEL_FULL_NAME(
            MODEL,
            "CARAML_MODEL_FULL_NAME",
            null,
            "NAME",
            "Name in the URL /v1/models/NAME:predict. {name}-{version} works too.",
            "{name}-{version}"),
    ARTIFACT_LOCATION(
            MODEL,
            "CARAML_ARTIFACT_LOCATION",
            null,
            "PATH",
            "Folder with the model's files. Only passed on to the program."),

    WORKERS(PROGRAM, "WORKERS", "1", "N", "How many copies of the program run side by side."),
    FORMAT(
            PROGRAM,
            "json",
            "FORMAT",
            "What the program reads and writes, one message a line: json (the bare body of each call, answered in order)"
                    + " or jsonrpc (JSON-RPC 2.0)."),
    CHANNEL(
            PROGRAM,
            "stdio",
            "CHANNEL",
            "How messages reach the program: stdio; socket (it connects to the Unix socket that ADAPTER_SOCKET names,"
                    + " and stdout is free for logs); or, where it listens itself, connect:unix:PATH or"
                    + " connect:tcp:127.0.0.1:PORT. In an address {worker} becomes the number of the copy."),
    SOCKET_DIR(
            PROGRAM,
            null,
            "DIR",
            "Directory in which the private directory for --channel=socket is made. Unset, the first writable one of"
                    + " the temporary directory, /tmp, /dev/shm, /run and /var/tmp."),
    PASS_HEADER(
            PROGRAM,
            null,
            null,
            "NAME,...",
            "Headers of callers that --format=jsonrpc hands to the program, beside content-type, traceparent,"
                    + " tracestate, x-request-id, turing-req-id and x-merlin-log-id.",
            "none"),
    MAX_IN_FLIGHT(
            PROGRAM,
            "auto",
            "N|auto",
            "Requests that one copy may hold at a time. auto is 1 with --format=json, where only their order tells which"
                    + " reply belongs to which request, and with jsonrpc what the program says, up to 256."),
    REPLY(
            PROGRAM,
            "object",
            "KIND",
            "What counts as a reply: a JSON object, or any JSON value. KIND is object or any."),
    NAN(
            PROGRAM,
            "fail",
            "ACTION",
            "What to do with NaN and Infinity in a reply, which are not JSON: fail the request, or write null."
                    + " ACTION is fail or null."),
    ORDER_CHECK(
            PROGRAM,
            "100ms",
            "TIME",
            "How long a copy is now and then left without work, to see that it prints no line that nobody asked for."
                    + " 0 turns it off."),
    SPLIT_ARGS(
            PROGRAM,
            "auto",
            "WHEN",
            "Merlin splits a logged command line at each space, quoted or not. When to put it together again: auto"
                    + " (under Merlin, if the pieces show it), never or always."),

    HTTP_PORT(
            SERVING,
            "CARAML_HTTP_PORT",
            "8080",
            "PORT",
            "Port of the HTTP_JSON front; 0 takes any free one. None that Knative and KServe take in the same"
                    + " pod: 8008, 8012, 8013, 8022, 8112, 9081, 9088, 9090, 9091."),
    GRPC_PORT(
            SERVING,
            "CARAML_GRPC_PORT",
            "9000",
            "PORT",
            "Port of the UPI_V1 front, for gRPC, for the same messages as JSON, and for health and metrics; 0 takes any"
                    + " free one. None that Knative and KServe take."),
    HOST(SERVING, "0.0.0.0", "ADDRESS", "Address to listen on."),
    PROTOCOL(
            SERVING,
            "CARAML_PROTOCOL",
            "both",
            "NAME",
            "What to serve: HTTP_JSON, UPI_V1 or both. A front that is not served has no port."),
    UPI_PAYLOAD(
            SERVING,
            "table",
            "SHAPE",
            "What a program gets of a UPI_V1 request: table is all of it, with its tables; instances is"
                    + " {\"instances\": […]}, answered with {\"predictions\": […]}, as by HTTP_JSON."),
    EVENT_LOOPS(SERVING, "1", "N", "Threads that serve connections. One is the fastest until it is busy all the time."),

    REQUEST_TIMEOUT(LIMITS, "30s", "TIME", "Longest time from a request's headers to its answer, waiting included."),
    HANG_TIMEOUT(
            LIMITS,
            "30s",
            "TIME",
            "A program that owes an answer and has sent no byte on its channel for --request-timeout plus this time is"
                    + " taken for hung and replaced."),
    ABANDON_AFTER(
            LIMITS,
            "30s",
            "TIME",
            "How much longer than --request-timeout one reply is awaited, though its caller has gone, before the"
                    + " program is replaced."),
    QUEUE_SIZE(LIMITS, "1000", "N", "Requests that may wait for a worker."),
    MEMORY_BUDGET(
            LIMITS,
            "32MiB",
            "SIZE",
            "Bytes that all requests and replies together may hold. At least twice the larger of --max-body and"
                    + " --max-reply, at most half of the Java heap."),
    MAX_BODY(LIMITS, "16MiB", "SIZE", "Largest request body."),
    MAX_REPLY(LIMITS, "16MiB", "SIZE", "Longest reply line of the program."),

    STARTUP_TIMEOUT(LIFE, "5m", "TIME", "How long the program may take to become ready."),
    SETTLE(
            LIFE,
            "0.3s",
            "TIME",
            "Without a warm-up, a program counts as ready when it is still alive after this time."),
    WARMUP(
            LIFE,
            null,
            "JSON|@FILE",
            "Request that a program must answer without error before it counts as ready: JSON, or @ and the file"
                    + " that holds it. The best proof of readiness there is."),
    UNREADY_GRACE(
            LIFE,
            "10s",
            "TIME",
            "With no worker ready for this long the port closes until one is ready again: a TCP connect is the only"
                    + " probe under Knative and KServe."),
    DRAIN_DELAY(
            LIFE,
            "auto",
            "TIME|auto",
            "How long after SIGTERM new connections are still accepted, so that load balancers notice. auto is 0"
                    + " under Knative (K_SERVICE is set) and off Kubernetes (KUBERNETES_SERVICE_HOST is unset), and 5s"
                    + " elsewhere."),
    DRAIN_TIMEOUT(
            LIFE, "15s", "TIME", "How long accepted requests may take to finish once the adapter is told to stop."),
    GRACE_PERIOD(
            LIFE,
            "30s",
            "TIME",
            "What the platform leaves between SIGTERM and SIGKILL: Kubernetes' terminationGracePeriodSeconds. Used"
                    + " only to check that the stop fits in: --drain-delay, --drain-timeout, 4s to end the program"
                    + " and 5s to spare."),
    TERMINATION_LOG(
            LIFE,
            "/dev/termination-log",
            "FILE",
            "File that gets the reason when the adapter gives up or its configuration is faulty, if that file exists."
                    + " Kubernetes shows it with the state of the pod, Merlin as the error of the deployment."),

    BACK_OFF(RESTARTS, "0.1s", "TIME", "Wait before the first restart of a program that ended; it doubles each time."),
    BACK_OFF_MAX(RESTARTS, "5s", "TIME", "Longest wait before a restart."),
    STABLE_AFTER(RESTARTS, "60s", "TIME", "A worker that was ready for this long makes the next wait short again."),
    GIVE_UP_AFTER(
            RESTARTS,
            "5",
            "N",
            "With no worker ready, and this many starts in a row that ended without a single answer, the adapter gives"
                    + " up and exits. One more for each worker beyond the first. A start that ended with a request"
                    + " inside doesn't count. 0 is never."),
    RETRY_ON_WORKER_LOSS(
            RESTARTS,
            "false",
            Setting.TRUE_OR_FALSE,
            "Predictions may be repeated: a request whose worker died is given once to another one."),
    MAX_REQUESTS(
            RESTARTS,
            "0",
            "N",
            "A worker is replaced after this many requests; the replacement is ready first, if the container's memory"
                    + " suffices for both. 0 is never."),
    MAX_RSS(
            RESTARTS,
            "0",
            "SIZE",
            "A worker whose processes hold more memory than this is replaced in the same way. 0 is never."),

    LOG_LEVEL(LOGGING, "LOG_LEVEL", "info", "LEVEL", "trace, debug, info, warn or error."),
    LOG_FORMAT(LOGGING, "text", "FORMAT", "text, or json for one JSON object per line. Logs go to stderr.");

    /** The command line of the program, for when the arguments hold none. */
    static final String COMMAND_VARIABLE = "ADAPTER_COMMAND";

    /** Read by the launcher script: options for the Java virtual machine. */
    static final String JAVA_VARIABLE = "ADAPTER_JAVA_OPTS";

    /** Tells a child its number. */
    static final String WORKER_VARIABLE = "ADAPTER_WORKER";

    /** Set by the adapter for its children; nothing of ours when found in our own environment. */
    static final List<String> CHILD_VARIABLES = List.of(WORKER_VARIABLE, "ADAPTER_SOCKET", ChildStarter.MARK);

    private static final String TRUE_OR_FALSE = "true|false";

    private final SettingGroup group;
    private final String variable;
    private final @Nullable String fallback;
    private final String label;
    private final String description;
    private final String fallbackShown;

    /** A setting whose variable is named like its flag. */
    Setting(SettingGroup group, @Nullable String fallback, String label, String description) {
        this(group, null, fallback, label, description);
    }

    Setting(
            SettingGroup group,
            @Nullable String variable,
            @Nullable String fallback,
            String label,
            String description) {
        this(group, variable, fallback, label, description, fallback == null ? "unset" : fallback);
    }

    Setting(
            SettingGroup group,
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

    String label() {
        return label;
    }

    String description() {
        return description;
    }
}
