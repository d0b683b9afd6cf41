package io.merlinadapter.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Everything that can be set, as Java values that have passed every check. Immutable. */
record Settings(Model model, Program program, Serving serving, Limits limits, Life life, Logs logs) {

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
    record Program(List<String> command, int workers, int maxInFlight, Reply reply, Nan nan, Duration orderCheck) {
        Program {
            command = List.copyOf(command);
        }
    }

    /** @param httpPort 0 takes any free port */
    record Serving(int httpPort, String host, Protocol protocol, int eventLoops) {}

    /** Sizes in bytes. */
    record Limits(
            Duration requestTimeout,
            Duration abandonAfter,
            int queueSize,
            long memoryBudget,
            int maxBody,
            int maxReply) {}

    /** @param warmup one JSON value as it was written, line breaks included; null when unset */
    record Life(
            Duration startupTimeout,
            Duration settle,
            @Nullable String warmup,
            Duration drainTimeout) {}

    record Logs(LogLevel level, LogFormat format) {}

    /** What counts as a reply. */
    enum Reply {
        OBJECT,
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

    /** The protocols that this version serves. */
    enum Protocol {
        HTTP_JSON
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
