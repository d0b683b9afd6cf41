package io.merlinadapter.cli;

import io.merlinadapter.metrics.push.GatewayUrl;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything that can be set, as Java values that have passed every check. Immutable. */
record Settings(
        Model model,
        Program program,
        Serving serving,
        Limits limits,
        Life life,
        Restarts restarts,
        Metrics metrics,
        Logs logs) {

    /**
     * @param fullName the name in the URL
     * @param artifactLocation only passed on to the program; null when unset
     */
    record Model(
            String name,
            String version,
            String fullName,
            @Nullable String artifactLocation) {}

    /**
     * @param command the program and its arguments, never empty
     * @param orderCheck zero turns the check off
     */
    record Program(
            List<String> command, int workers, Wire wire, int maxInFlight, Reply reply, Nan nan, Duration orderCheck) {
        Program {
            command = List.copyOf(command);
        }
    }

    /**
     * How the program is spoken to.
     *
     * @param channel as it was written: stdio, socket or an address to connect to
     * @param socketDir null when unset
     * @param passedHeaders beside those that always are
     */
    record Wire(Format format, String channel, @Nullable String socketDir, List<String> passedHeaders) {
        static final String STDIO = "stdio";
        static final String SOCKET = "socket";

        Wire {
            passedHeaders = List.copyOf(passedHeaders);
        }
    }

    /**
     * Where and how to serve.
     *
     * @param httpPort 0 takes any free port
     * @param grpcPort likewise
     */
    record Serving(int httpPort, int grpcPort, String host, Protocol protocol, UpiPayload upiPayload, int eventLoops) {}

    /**
     * Sizes in bytes.
     *
     * @param hangTimeout comes on top of the request timeout
     */
    record Limits(
            Duration requestTimeout,
            Duration hangTimeout,
            Duration abandonAfter,
            int queueSize,
            long memoryBudget,
            int maxConnections,
            int maxBody,
            int maxReply) {}

    /**
     * @param warmup one JSON value as it was written, line breaks included; null when unset
     * @param drainDelay what auto stands for, where that was chosen
     * @param gracePeriod what the platform leaves for all of the stop; the other times have been checked against it
     * @param terminationLog a file that need not exist
     */
    record Life(
            Duration startupTimeout,
            Duration settle,
            @Nullable String warmup,
            Duration unreadyGrace,
            Duration drainDelay,
            Duration drainTimeout,
            Duration gracePeriod,
            String terminationLog) {}

    /**
     * When a worker is replaced, and when no longer.
     *
     * @param backOff before the first restart; doubles up to {@code backOffMax}
     * @param giveUpAfter starts in a row without a single answer; 0 is never
     * @param retryOnWorkerLoss whether a request whose worker died may be given to another one, once
     * @param maxRequests after which a worker is replaced; 0 is never
     * @param maxRss in bytes, for all processes of a worker; 0 is no limit
     */
    record Restarts(
            Duration backOff,
            Duration backOffMax,
            Duration stableAfter,
            int giveUpAfter,
            boolean retryOnWorkerLoss,
            int maxRequests,
            long maxRss) {}

    /** @param childSeries how many time series of its own the program may have; 0 is none */
    record Metrics(int childSeries, Pushgateway pushgateway) {}

    /**
     * Where metrics are pushed to.
     *
     * @param delete whether they are removed from there in the end
     */
    record Pushgateway(boolean enabled, GatewayUrl url, Duration interval, String job, boolean delete) {}

    /** @param access whether each prediction has a line, whatever the level */
    record Logs(LogLevel level, LogFormat format, boolean access) {}

    /** What the lines to and from the program say. */
    enum Format {
        JSON,
        JSONRPC;

        @Override
        public String toString() {
            return word(this);
        }
    }

    /** What counts as a reply. */
    enum Reply {
        OBJECT,
        PREDICTIONS,
        ANY;

        @Override
        public String toString() {
            return word(this);
        }
    }

    /** What becomes of NaN and Infinity in a reply. */
    enum Nan {
        FAIL,
        NULL;

        @Override
        public String toString() {
            return word(this);
        }
    }

    /** The fronts that are served. */
    enum Protocol {
        HTTP_JSON,
        UPI_V1,
        BOTH;

        boolean includes(Protocol other) {
            return this == other || this == BOTH;
        }

        /** How many ports are opened. */
        int ports() {
            return this == BOTH ? 2 : 1;
        }

        @Override
        public String toString() {
            return this == BOTH ? word(this) : name();
        }
    }

    /** What a program gets of a UPI_V1 request. */
    enum UpiPayload {
        TABLE,
        INSTANCES;

        @Override
        public String toString() {
            return word(this);
        }
    }

    /** When a command line that Merlin split is put together again. */
    enum SplitMode {
        AUTO,
        NEVER,
        ALWAYS;

        @Override
        public String toString() {
            return word(this);
        }
    }

    enum LogFormat {
        TEXT,
        JSON;

        @Override
        public String toString() {
            return word(this);
        }
    }

    /** From the most talkative to the quietest. */
    enum LogLevel {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR;

        @Override
        public String toString() {
            return word(this);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
