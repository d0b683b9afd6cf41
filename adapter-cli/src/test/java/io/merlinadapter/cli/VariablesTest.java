package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Options;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.event.Level;

class VariablesTest {

    @ParameterizedTest
    @CsvSource({
        "ADAPTER_SETTEL, ADAPTER_SETTLE",
        "ADAPTER_WARM_UP, ADAPTER_WARMUP",
        "ADAPTER_MAX_BODDY, ADAPTER_MAX_BODY",
        "ADAPTER_QUEUESIZE, ADAPTER_QUEUE_SIZE",
        "ADAPTER_COMAND, ADAPTER_COMMAND",
        "ADAPTER_JAVA_OPTIONS, ADAPTER_JAVA_OPTS",
        "ADAPTER_WORKERS, WORKERS",
        "ADAPTER_HTTP_PORT, CARAML_HTTP_PORT",
        "ADAPTER_LOG_LEVEL, LOG_LEVEL",
        "ADAPTER_LOGLEVEL, LOG_LEVEL",
        "ADAPTER_BACKOFF, ADAPTER_BACK_OFF",
        "ADAPTER_MAXRSS, ADAPTER_MAX_RSS",
        "ADAPTER_GRACEPERIOD, ADAPTER_GRACE_PERIOD",
        "ADAPTER_RETRY_ON_WORKER_LOST, ADAPTER_RETRY_ON_WORKER_LOSS",
    })
    void aVariableCloseToAKnownNameIsAFaultWithASuggestion(String name, String meant) {
        assertThat(Resolving.faults(List.of("p"), Map.of(name, "1")))
                .contains("the variable " + name + " is unknown; did you mean " + meant + "?");
    }

    /** What the platform sets in every pod for Services of these names, all of them of our making. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "adapter",
                "adapter-http",
                "adapter-host",
                "adapter-reply",
                "adapter-warm-up",
                "adapter-worker",
                "adapter-workers",
                "adapter-command",
                "adapter-log",
                "adapter-queue"
            })
    void variablesOfAKubernetesServiceAreNeverAFault(String service) {
        String prefix = service.toUpperCase(Locale.ROOT).replace('-', '_');
        Map<String, String> env = new HashMap<>();
        env.put(prefix + "_SERVICE_HOST", "10.0.0.1");
        env.put(prefix + "_SERVICE_PORT", "80");
        env.put(prefix + "_SERVICE_PORT_HTTP", "80");
        env.put(prefix + "_PORT", "tcp://10.0.0.1:80");
        env.put(prefix + "_PORT_8080_TCP", "tcp://10.0.0.1:80");
        env.put(prefix + "_PORT_8080_TCP_PROTO", "tcp");
        env.put(prefix + "_PORT_8080_TCP_PORT", "8080");
        env.put(prefix + "_PORT_8080_TCP_ADDR", "10.0.0.1");

        assertThat(Resolving.run(List.of("p"), env).warnings())
                .singleElement()
                .asString()
                .startsWith(
                        "unknown variables, which have no effect: " + prefix + "_PORT, " + prefix + "_PORT_8080_TCP,")
                .contains(prefix + "_SERVICE_HOST");
    }

    @Test
    void anyOtherUnknownVariableIsAWarning() {
        assertThat(Resolving.run(List.of("p"), Map.of("ADAPTER_PORT", "8080", "ADAPTER_COLOUR", "red", "COLOUR", "red"))
                        .warnings())
                .containsExactly(
                        "ADAPTER_PORT is unknown and has no effect; did you mean CARAML_HTTP_PORT?",
                        "unknown variables, which have no effect: ADAPTER_COLOUR");
    }

    @Test
    void variablesForTheLauncherAndForChildrenAreKnown() {
        Map<String, String> env = Map.of("ADAPTER_JAVA_OPTS", "-Xmx1g", "ADAPTER_SOCKET", "/tmp/s");

        assertThat(Resolving.run(List.of("p"), env).warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CARAML_HTTP_PROT, CARAML_HTTP_PORT",
        "CARAML_MODEL_NAMES, CARAML_MODEL_NAME",
        "CARAML_ARTEFACT_LOCATION, CARAML_ARTIFACT_LOCATION",
        "CARAML_WORKERS, WORKERS",
        "CARAML_QUEUE_SIZE, ADAPTER_QUEUE_SIZE",
        "PUSHGATEWAY_URI, PUSHGATEWAY_URL",
        "PUSHGATEWAY_ENABLE, PUSHGATEWAY_ENABLED",
        "PUSHGATEWAY_PUSH_INTERVAL, PUSHGATEWAY_PUSH_INTERVAL_SEC",
        "WORKER, WORKERS",
        "workers, WORKERS",
        "LOG_LEVL, LOG_LEVEL",
        "LOGLEVEL, LOG_LEVEL",
        "Log_Level, LOG_LEVEL",
    })
    void aVariableCloseToAKnownNameWithoutOurPrefixIsAWarning(String name, String meant) {
        assertThat(Resolving.run(List.of("p"), Map.of(name, "1")).warnings())
                .containsExactly(name + " is unknown and has no effect; did you mean " + meant + "?");
    }

    @Test
    void variablesOfOthersAreNoneOfOurs() {
        Map<String, String> env = new HashMap<>(Map.of(
                "CARAML_PROJECT", "rides",
                "CARAML_MODEL_SCHEMA", "{}",
                "CARAML_DISABLE_LIVENESS_PROBE", "true",
                "PUSHGATEWAY_SERVICE_HOST", "10.0.0.1",
                "PUSHGATEWAY_PORT", "tcp://10.0.0.1:9091",
                "PUSHGATEWAY_PORT_9091_TCP", "tcp://10.0.0.1:9091",
                "MARKERS", "1",
                "MODEL_NAME", "x"));
        env.put("WORKERS", "2");
        env.put("WORKER", "the program's own, beside ours");

        assertThat(Resolving.run(List.of("p"), env).warnings()).isEmpty();
    }

    @Test
    void aPlaceThatDoesNotExistIsAWarning() {
        Map<String, String> env = Map.of("CARAML_ARTIFACT_LOCATION", "/no/models", "JAVA_HOME", "/no/java");

        List<String> warnings = Resolving.run(List.of("p"), env).warnings();

        assertThat(warnings).hasSize(2);
        assertThat(warnings.get(0))
                .startsWith(
                        "--artifact-location is \"/no/models\" (set by the variable CARAML_ARTIFACT_LOCATION), which does"
                                + " not exist here");
        assertThat(warnings.get(1)).startsWith("JAVA_HOME is \"/no/java\", where there is no bin/java");
    }

    /** Read by the program too, perhaps, and by Merlin's pyfunc server: any level of Python's logging. */
    @ParameterizedTest
    @CsvSource({"CRITICAL, ERROR", "fatal, ERROR", "Warning, WARN", "NOTSET, DEBUG", "trace, TRACE"})
    void levelsOfPythonsLoggingAreKnown(String level, Level expected) {
        for (Resolved resolved : List.of(
                Resolving.run(List.of("p"), Map.of("LOG_LEVEL", level)), Resolving.run("--log-level=" + level, "p"))) {
            assertThat(resolved.config().get(Options.LOG_LEVEL)).isEqualTo(expected);
            assertThat(resolved.warnings()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verbose", "20", "loud"})
    void anUnknownLevelInTheVariableIsAWarningAndTheDefault(String level) {
        Resolved resolved = Resolving.run(List.of("p"), Map.of("LOG_LEVEL", level));

        assertThat(resolved.config().get(Options.LOG_LEVEL)).isEqualTo(Level.INFO);
        assertThat(resolved.warnings())
                .singleElement()
                .asString()
                .startsWith("--log-level is \"" + level + "\" (set by the variable LOG_LEVEL), which counts as info;");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "0, false", "Yes, true", "no, false", "TRUE, true"})
    void switchesTakeWhatMerlinsPyfuncServerTakes(String value, boolean expected) {
        assertThat(Resolving.run(List.of("p"), Map.of("PUSHGATEWAY_ENABLED", value))
                        .config()
                        .get(Options.PUSHGATEWAY_ENABLED))
                .isEqualTo(expected);
    }

    @Test
    void theNumberOfAWorkerMayHaveMeantHowManyThereAre() {
        assertThat(Resolving.run(List.of("p"), Map.of("ADAPTER_WORKER", "4")).warnings())
                .containsExactly("ADAPTER_WORKER is set by the adapter for its program; did you mean WORKERS?");
    }

    @Test
    void whatOnlyMerlinsPyfuncServerReadsIsAWarning() {
        Map<String, String> env = Map.of("GRPC_OPTIONS", "{}", "GRPC_CONCURRENCY", "4", "PUBLISHER_ENABLED", "");

        assertThat(Resolving.run(List.of("p"), env).warnings())
                .containsExactly(
                        "variables of Merlin's pyfunc server, which the adapter does not read: GRPC_CONCURRENCY,"
                                + " GRPC_OPTIONS");
        assertThat(Resolving.run(List.of("p"), Map.of("PUBLISHER_KAFKA_TOPIC", "t"))
                        .warnings())
                .singleElement()
                .asString()
                .contains("PUBLISHER_KAFKA_TOPIC");
    }
}
