package io.merlinadapter.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.Resolved;
import io.merlinadapter.cli.Resolving;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option by its flag and by its variable. */
class PrecedenceTest {
    /** An option, a value for the variable, another for the flag, and how the flag's is shown. */
    static Stream<Arguments> mappings() {
        return Stream.of(
                Arguments.of(Options.MODEL_NAME, "CARAML_MODEL_NAME", "a", "b", "b"),
                Arguments.of(Options.MODEL_VERSION, "CARAML_MODEL_VERSION", "2", "3", "3"),
                Arguments.of(Options.MODEL_FULL_NAME, "CARAML_MODEL_FULL_NAME", "a-1-r2", "b-1-r3", "b-1-r3"),
                Arguments.of(Options.ARTIFACT_LOCATION, "CARAML_ARTIFACT_LOCATION", "/mnt/models", "/tmp/x", "/tmp/x"),
                Arguments.of(Options.WORKERS, "WORKERS", "2", "3", "3"),
                Arguments.of(Options.FORMAT, "ADAPTER_FORMAT", "json", "JSONRPC", "jsonrpc"),
                Arguments.of(Options.CHANNEL, "ADAPTER_CHANNEL", "stdio", "socket", "socket"),
                Arguments.of(Options.SOCKET_DIR, "ADAPTER_SOCKET_DIR", "/a", "/b", "/b"),
                Arguments.of(Options.PASS_HEADER, "ADAPTER_PASS_HEADER", "a", "B,*", "b,*"),
                Arguments.of(Options.MAX_IN_FLIGHT, "ADAPTER_MAX_IN_FLIGHT", "2", "3", "3"),
                Arguments.of(Options.BATCH, "ADAPTER_BATCH", "none", "instances", "instances"),
                Arguments.of(Options.BATCH_MAX_SIZE, "ADAPTER_BATCH_MAX_SIZE", "2", "3", "3"),
                Arguments.of(Options.BATCH_MAX_DELAY, "ADAPTER_BATCH_MAX_DELAY", "2ms", "3ms", "3ms"),
                Arguments.of(Options.REPLY, "ADAPTER_REPLY", "predictions", "Any", "any"),
                Arguments.of(Options.NAN, "ADAPTER_NAN", "FAIL", "null", "null"),
                Arguments.of(Options.ORDER_CHECK, "ADAPTER_ORDER_CHECK", "1s", "0", "0s"),
                Arguments.of(Options.SPLIT_ARGS, "ADAPTER_SPLIT_ARGS", "auto", "never", "never"),
                Arguments.of(Options.HTTP_PORT, "CARAML_HTTP_PORT", "9001", "0", "0"),
                Arguments.of(Options.GRPC_PORT, "CARAML_GRPC_PORT", "9001", "0", "0"),
                Arguments.of(Options.HOST, "ADAPTER_HOST", "127.0.0.1", "::1", "::1"),
                Arguments.of(Options.PROTOCOL, "CARAML_PROTOCOL", "HTTP_JSON", "upi_v1", "UPI_V1"),
                Arguments.of(Options.UPI_PAYLOAD, "ADAPTER_UPI_PAYLOAD", "table", "Instances", "instances"),
                Arguments.of(Options.OPENAPI, "ADAPTER_OPENAPI", "false", "true", "true"),
                Arguments.of(Options.EVENT_LOOPS, "ADAPTER_EVENT_LOOPS", "2", "3", "3"),
                Arguments.of(Options.REQUEST_TIMEOUT, "ADAPTER_REQUEST_TIMEOUT", "1s", "90", "90s"),
                Arguments.of(Options.HANG_TIMEOUT, "ADAPTER_HANG_TIMEOUT", "1ms", "2m", "2m"),
                Arguments.of(Options.ABANDON_AFTER, "ADAPTER_ABANDON_AFTER", "1s", "1h", "1h"),
                Arguments.of(Options.QUEUE_SIZE, "ADAPTER_QUEUE_SIZE", "1", "20", "20"),
                Arguments.of(Options.MAX_BODY, "ADAPTER_MAX_BODY", "1MiB", "1000", "1000 bytes"),
                Arguments.of(Options.MAX_REPLY, "ADAPTER_MAX_REPLY", "1MiB", "0.5K", "512 bytes"),
                Arguments.of(Options.MEMORY_BUDGET, "ADAPTER_MEMORY_BUDGET", "40MiB", "50m", "50MiB"),
                Arguments.of(Options.MAX_CONNECTIONS, "ADAPTER_MAX_CONNECTIONS", "auto", "20", "20"),
                Arguments.of(Options.STARTUP_TIMEOUT, "ADAPTER_STARTUP_TIMEOUT", "2s", "10m", "10m"),
                Arguments.of(Options.SETTLE, "ADAPTER_SETTLE", "1s", "0", "0s"),
                Arguments.of(Options.WARMUP, "ADAPTER_WARMUP", "{}", "[1]", "[1]"),
                Arguments.of(Options.UNREADY_GRACE, "ADAPTER_UNREADY_GRACE", "1m", "20", "20s"),
                Arguments.of(Options.DRAIN_DELAY, "ADAPTER_DRAIN_DELAY", "1s", "Auto", "auto (0s)"),
                Arguments.of(Options.GRACE_PERIOD, "ADAPTER_GRACE_PERIOD", "1m", "300", "5m"),
                Arguments.of(Options.DRAIN_TIMEOUT, "ADAPTER_DRAIN_TIMEOUT", "1s", "2.5s", "2500ms"),
                Arguments.of(Options.TERMINATION_LOG, "ADAPTER_TERMINATION_LOG", "/tmp/a", "/tmp/b", "/tmp/b"),
                Arguments.of(Options.BACK_OFF, "ADAPTER_BACK_OFF", "1ms", "1s", "1s"),
                Arguments.of(Options.BACK_OFF_MAX, "ADAPTER_BACK_OFF_MAX", "1s", "2s", "2s"),
                Arguments.of(Options.STABLE_AFTER, "ADAPTER_STABLE_AFTER", "30s", "1.5m", "90s"),
                Arguments.of(Options.GIVE_UP_AFTER, "ADAPTER_GIVE_UP_AFTER", "3", "0", "0"),
                Arguments.of(Options.RETRY_ON_WORKER_LOSS, "ADAPTER_RETRY_ON_WORKER_LOSS", "true", "False", "false"),
                Arguments.of(Options.MAX_REQUESTS, "ADAPTER_MAX_REQUESTS", "100", "0", "0"),
                Arguments.of(Options.MAX_RSS, "ADAPTER_MAX_RSS", "0", "1.5G", "1536MiB"),
                Arguments.of(Options.PROGRAM_MEMORY, "ADAPTER_PROGRAM_MEMORY", "2G", "None", "none"),
                Arguments.of(Options.BAD_STREAK, "ADAPTER_BAD_STREAK", "3", "AUTO", "auto (0)"),
                Arguments.of(Options.CHILD_SERIES, "ADAPTER_CHILD_SERIES", "0", "100000", "100000"),
                Arguments.of(Options.PUSHGATEWAY_ENABLED, "PUSHGATEWAY_ENABLED", "True", "false", "false"),
                Arguments.of(Options.PUSHGATEWAY_URL, "PUSHGATEWAY_URL", "a:1", "HTTPS://u:p@b/c/", "https://***@b/c"),
                Arguments.of(Options.PUSHGATEWAY_PUSH_INTERVAL, "PUSHGATEWAY_PUSH_INTERVAL_SEC", "10", "1.5", "1500ms"),
                Arguments.of(Options.PUSHGATEWAY_JOB, "ADAPTER_PUSHGATEWAY_JOB", "a", "b c", "b c"),
                Arguments.of(Options.PUSHGATEWAY_DELETE, "ADAPTER_PUSHGATEWAY_DELETE", "true", "false", "false"),
                Arguments.of(Options.LOG_LEVEL, "LOG_LEVEL", "DEBUG", "Warning", "warn"),
                Arguments.of(Options.LOG_FORMAT, "ADAPTER_LOG_FORMAT", "text", "json", "json"),
                Arguments.of(Options.ACCESS_LOG, "ADAPTER_ACCESS_LOG", "false", "true", "true"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void theFlagWinsOverTheVariableWhichWinsOverTheDefault(
            Option<?> option, String variable, String fromVariable, String fromFlag, String shown) {
        Map<String, String> env = Map.of(variable, fromVariable);

        ResolvedValue<?> byVariable = Resolving.value(Resolving.run(List.of("p"), env), option);
        ResolvedValue<?> byFlag =
                Resolving.value(Resolving.run(List.of(option.flag() + "=" + fromFlag, "p"), env), option);
        assertThat(byVariable.source()).isEqualTo(Given.Source.VARIABLE);
        assertThat(byVariable.line(100)).endsWith("(" + variable + ")");
        assertThat(byFlag.line(100)).isEqualTo(option.key() + "=" + shown + " (" + option.flag() + ")");
        if (!option.isSwitch()) {
            Resolved bySeparateWord = Resolving.run(List.of(option.flag(), fromFlag, "p"), env);
            assertThat(Resolving.value(bySeparateWord, option)).isEqualTo(byFlag);
        }
    }

    @Test
    void everyOptionIsMapped() {
        assertThat(mappings().map(arguments -> arguments.get()[0])).containsExactlyElementsOf(Options.all());
    }
}
