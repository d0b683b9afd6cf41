package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every option by its flag and by its variable. */
class PrecedenceTest {
    /** Setting, a value for the variable, another for the flag, and how the flag's is shown. */
    static Stream<Arguments> mappings() {
        return Stream.of(
                Arguments.of(Setting.MODEL_NAME, "CARAML_MODEL_NAME", "a", "b", "b"),
                Arguments.of(Setting.MODEL_VERSION, "CARAML_MODEL_VERSION", "2", "3", "3"),
                Arguments.of(Setting.MODEL_FULL_NAME, "CARAML_MODEL_FULL_NAME", "a-1-r2", "b-1-r3", "b-1-r3"),
                Arguments.of(Setting.ARTIFACT_LOCATION, "CARAML_ARTIFACT_LOCATION", "/mnt/models", "/tmp/x", "/tmp/x"),
                Arguments.of(Setting.WORKERS, "WORKERS", "2", "3", "3"),
                Arguments.of(Setting.FORMAT, "ADAPTER_FORMAT", "json", "JSONRPC", "jsonrpc"),
                Arguments.of(Setting.CHANNEL, "ADAPTER_CHANNEL", "stdio", "socket", "socket"),
                Arguments.of(Setting.SOCKET_DIR, "ADAPTER_SOCKET_DIR", "/a", "/b", "/b"),
                Arguments.of(Setting.PASS_HEADER, "ADAPTER_PASS_HEADER", "a", "B,*", "b,*"),
                Arguments.of(Setting.MAX_IN_FLIGHT, "ADAPTER_MAX_IN_FLIGHT", "2", "3", "3"),
                Arguments.of(Setting.REPLY, "ADAPTER_REPLY", "predictions", "Any", "any"),
                Arguments.of(Setting.NAN, "ADAPTER_NAN", "FAIL", "null", "null"),
                Arguments.of(Setting.ORDER_CHECK, "ADAPTER_ORDER_CHECK", "1s", "0", "0s"),
                Arguments.of(Setting.SPLIT_ARGS, "ADAPTER_SPLIT_ARGS", "auto", "never", "never"),
                Arguments.of(Setting.HTTP_PORT, "CARAML_HTTP_PORT", "9001", "0", "0"),
                Arguments.of(Setting.GRPC_PORT, "CARAML_GRPC_PORT", "9001", "0", "0"),
                Arguments.of(Setting.HOST, "ADAPTER_HOST", "127.0.0.1", "::1", "::1"),
                Arguments.of(Setting.PROTOCOL, "CARAML_PROTOCOL", "HTTP_JSON", "upi_v1", "UPI_V1"),
                Arguments.of(Setting.UPI_PAYLOAD, "ADAPTER_UPI_PAYLOAD", "table", "Instances", "instances"),
                Arguments.of(Setting.EVENT_LOOPS, "ADAPTER_EVENT_LOOPS", "2", "3", "3"),
                Arguments.of(Setting.REQUEST_TIMEOUT, "ADAPTER_REQUEST_TIMEOUT", "1s", "90", "90s"),
                Arguments.of(Setting.HANG_TIMEOUT, "ADAPTER_HANG_TIMEOUT", "1ms", "2m", "2m"),
                Arguments.of(Setting.ABANDON_AFTER, "ADAPTER_ABANDON_AFTER", "1s", "1h", "1h"),
                Arguments.of(Setting.QUEUE_SIZE, "ADAPTER_QUEUE_SIZE", "1", "20", "20"),
                Arguments.of(Setting.MEMORY_BUDGET, "ADAPTER_MEMORY_BUDGET", "40MiB", "50m", "50MiB"),
                Arguments.of(Setting.MAX_CONNECTIONS, "ADAPTER_MAX_CONNECTIONS", "auto", "20", "20"),
                Arguments.of(Setting.MAX_BODY, "ADAPTER_MAX_BODY", "1MiB", "1000", "1000 bytes"),
                Arguments.of(Setting.MAX_REPLY, "ADAPTER_MAX_REPLY", "1MiB", "0.5K", "512 bytes"),
                Arguments.of(Setting.STARTUP_TIMEOUT, "ADAPTER_STARTUP_TIMEOUT", "2s", "10m", "10m"),
                Arguments.of(Setting.SETTLE, "ADAPTER_SETTLE", "1s", "0", "0s"),
                Arguments.of(Setting.WARMUP, "ADAPTER_WARMUP", "{}", "[1]", "[1]"),
                Arguments.of(Setting.UNREADY_GRACE, "ADAPTER_UNREADY_GRACE", "1m", "20", "20s"),
                Arguments.of(Setting.DRAIN_DELAY, "ADAPTER_DRAIN_DELAY", "1s", "Auto", "auto (0s)"),
                Arguments.of(Setting.DRAIN_TIMEOUT, "ADAPTER_DRAIN_TIMEOUT", "1s", "2.5s", "2500ms"),
                Arguments.of(Setting.GRACE_PERIOD, "ADAPTER_GRACE_PERIOD", "1m", "300", "5m"),
                Arguments.of(Setting.TERMINATION_LOG, "ADAPTER_TERMINATION_LOG", "/tmp/a", "/tmp/b", "/tmp/b"),
                Arguments.of(Setting.BACK_OFF, "ADAPTER_BACK_OFF", "1ms", "1s", "1s"),
                Arguments.of(Setting.BACK_OFF_MAX, "ADAPTER_BACK_OFF_MAX", "1s", "2s", "2s"),
                Arguments.of(Setting.STABLE_AFTER, "ADAPTER_STABLE_AFTER", "30s", "1.5m", "90s"),
                Arguments.of(Setting.GIVE_UP_AFTER, "ADAPTER_GIVE_UP_AFTER", "3", "0", "0"),
                Arguments.of(Setting.RETRY_ON_WORKER_LOSS, "ADAPTER_RETRY_ON_WORKER_LOSS", "true", "False", "false"),
                Arguments.of(Setting.MAX_REQUESTS, "ADAPTER_MAX_REQUESTS", "100", "0", "0"),
                Arguments.of(Setting.MAX_RSS, "ADAPTER_MAX_RSS", "0", "1.5G", "1536MiB"),
                Arguments.of(Setting.CHILD_SERIES, "ADAPTER_CHILD_SERIES", "0", "100000", "100000"),
                Arguments.of(Setting.PUSHGATEWAY_ENABLED, "PUSHGATEWAY_ENABLED", "True", "false", "false"),
                Arguments.of(Setting.PUSHGATEWAY_URL, "PUSHGATEWAY_URL", "a:1", "HTTPS://u:p@b/c/", "https://***@b/c"),
                Arguments.of(Setting.PUSHGATEWAY_PUSH_INTERVAL, "PUSHGATEWAY_PUSH_INTERVAL_SEC", "10", "1.5", "1500ms"),
                Arguments.of(Setting.PUSHGATEWAY_JOB, "ADAPTER_PUSHGATEWAY_JOB", "a", "b c", "b c"),
                Arguments.of(Setting.PUSHGATEWAY_DELETE, "ADAPTER_PUSHGATEWAY_DELETE", "true", "false", "false"),
                Arguments.of(Setting.LOG_LEVEL, "LOG_LEVEL", "DEBUG", "Warning", "warn"),
                Arguments.of(Setting.LOG_FORMAT, "ADAPTER_LOG_FORMAT", "text", "json", "json"),
                Arguments.of(Setting.ACCESS_LOG, "ADAPTER_ACCESS_LOG", "false", "true", "true"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mappings")
    void theFlagWinsOverTheVariableWhichWinsOverTheDefault(
            Setting setting, String variable, String fromVariable, String fromFlag, String shown) {
        Map<String, String> env = Map.of(variable, fromVariable);

        ResolvedValue byVariable = Resolving.value(Resolving.run(List.of("p"), env), setting);
        ResolvedValue byFlag =
                Resolving.value(Resolving.run(List.of(setting.flag() + "=" + fromFlag, "p"), env), setting);
        assertThat(byVariable.source()).isEqualTo(Given.Source.VARIABLE);
        assertThat(byVariable.line(100)).endsWith("(" + variable + ")");
        assertThat(byFlag.line(100)).isEqualTo(setting.key() + "=" + shown + " (" + setting.flag() + ")");
        if (!setting.isSwitch()) {
            Resolved bySeparateWord = Resolving.run(List.of(setting.flag(), fromFlag, "p"), env);
            assertThat(Resolving.value(bySeparateWord, setting)).isEqualTo(byFlag);
        }
    }

    @Test
    void everySettingIsMapped() {
        assertThat(mappings().map(arguments -> arguments.get()[0]))
                .containsExactlyInAnyOrderElementsOf(EnumSet.allOf(Setting.class).stream()
                        .map(Object.class::cast)
                        .toList());
    }
}
