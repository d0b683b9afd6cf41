package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.GatewayUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {

    private static final Settings DEFAULTS = new Settings(
            new Settings.Model("model", "1", "model-1", null),
            new Settings.Program(
                    List.of("python3", "predict.py"),
                    1,
                    new Settings.Wire(Settings.Format.JSON, "stdio", null, List.of()),
                    1,
                    Settings.Reply.OBJECT,
                    Settings.Nan.FAIL,
                    Duration.ofMillis(100)),
            new Settings.Serving(8080, 9000, "0.0.0.0", Settings.Protocol.BOTH, Settings.UpiPayload.TABLE, 1),
            new Settings.Limits(
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    1000,
                    32L << 20,
                    16 << 20,
                    16 << 20),
            new Settings.Life(
                    Duration.ofMinutes(5),
                    Duration.ofMillis(300),
                    null,
                    Duration.ofSeconds(10),
                    Duration.ZERO,
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    "/dev/termination-log"),
            new Settings.Restarts(Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMinutes(1), 5, false, 0, 0),
            new Settings.Metrics(
                    1000,
                    new Settings.Pushgateway(
                            false,
                            new GatewayUrl("http://localhost:9091", null),
                            Duration.ofSeconds(30),
                            "merlin_adapter",
                            true)),
            new Settings.Logs(Settings.LogLevel.INFO, Settings.LogFormat.TEXT, false));

    @Test
    void withNothingSetEverythingHasItsDefault() {
        Resolved resolved = Resolving.run("python3", "predict.py");

        assertThat(resolved.settings()).isEqualTo(DEFAULTS);
        assertThat(resolved.warnings()).isEmpty();
        assertThat(resolved.notices()).isEmpty();
        assertThat(resolved.values())
                .extracting(ResolvedValue::source)
                .containsOnly(Given.Source.DEFAULT, Given.Source.DERIVED);
    }

    @Test
    void theTableShowsEverySettingInTheOrderOfDeclaration() {
        assertThat(Resolving.run("p").values())
                .extracting(ResolvedValue::setting)
                .containsExactly(Setting.values());
    }

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
                Arguments.of(Setting.PASS_HEADER, "ADAPTER_PASS_HEADER", "a", "B,c", "b,c"),
                Arguments.of(Setting.MAX_IN_FLIGHT, "ADAPTER_MAX_IN_FLIGHT", "2", "3", "3"),
                Arguments.of(Setting.REPLY, "ADAPTER_REPLY", "object", "Any", "any"),
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
                Arguments.of(Setting.MAX_BODY, "ADAPTER_MAX_BODY", "1MiB", "1000", "1000 bytes"),
                Arguments.of(Setting.MAX_REPLY, "ADAPTER_MAX_REPLY", "1MiB", "0.5K", "512 bytes"),
                Arguments.of(Setting.STARTUP_TIMEOUT, "ADAPTER_STARTUP_TIMEOUT", "1s", "10m", "10m"),
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

    @Test
    void theValuesGoToTheirPlaces() {
        Settings settings = Resolving.run(
                        "--model-name=m",
                        "--model-version=7",
                        "--artifact-location=/a",
                        "--workers=2",
                        "--format=jsonrpc",
                        "--channel=socket",
                        "--socket-dir=/s",
                        "--pass-header=X-Tenant, x-region",
                        "--max-in-flight=3",
                        "--reply=any",
                        "--nan=null",
                        "--order-check=0",
                        "--http-port=1",
                        "--grpc-port=2",
                        "--protocol=UPI_V1",
                        "--upi-payload=instances",
                        "--host=h",
                        "--event-loops=4",
                        "--request-timeout=1s",
                        "--hang-timeout=7s",
                        "--abandon-after=2s",
                        "--queue-size=5",
                        "--memory-budget=100",
                        "--max-body=40",
                        "--max-reply=50",
                        "--startup-timeout=3s",
                        "--settle=2500ms",
                        "--warmup= {\"a\":\n1}",
                        "--unready-grace=40s",
                        "--drain-delay=8s",
                        "--drain-timeout=6s",
                        "--grace-period=23s",
                        "--termination-log=/t",
                        "--back-off=9s",
                        "--back-off-max=10s",
                        "--stable-after=11s",
                        "--give-up-after=12",
                        "--retry-on-worker-loss",
                        "--max-requests=13",
                        "--max-rss=14M",
                        "--child-series=15",
                        "--pushgateway-enabled",
                        "--pushgateway-url=u:p@gw",
                        "--pushgateway-push-interval=15",
                        "--pushgateway-job=j",
                        "--pushgateway-delete=false",
                        "--log-level=trace",
                        "--log-format=json",
                        "--access-log",
                        "--",
                        "p")
                .settings();

        assertThat(settings)
                .isEqualTo(new Settings(
                        new Settings.Model("m", "7", "m-7", "/a"),
                        new Settings.Program(
                                List.of("p"),
                                2,
                                new Settings.Wire(
                                        Settings.Format.JSONRPC, "socket", "/s", List.of("x-tenant", "x-region")),
                                3,
                                Settings.Reply.ANY,
                                Settings.Nan.NULL,
                                Duration.ZERO),
                        new Settings.Serving(1, 2, "h", Settings.Protocol.UPI_V1, Settings.UpiPayload.INSTANCES, 4),
                        new Settings.Limits(
                                Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(2), 5, 100, 40, 50),
                        new Settings.Life(
                                Duration.ofSeconds(3),
                                Duration.ofMillis(2500),
                                " {\"a\":\n1}",
                                Duration.ofSeconds(40),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(6),
                                Duration.ofSeconds(23),
                                "/t"),
                        new Settings.Restarts(
                                Duration.ofSeconds(9),
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(11),
                                12,
                                true,
                                13,
                                14 << 20),
                        new Settings.Metrics(
                                15,
                                new Settings.Pushgateway(
                                        true,
                                        new GatewayUrl("http://gw", "Basic dTpw"),
                                        Duration.ofSeconds(15),
                                        "j",
                                        false)),
                        new Settings.Logs(Settings.LogLevel.TRACE, Settings.LogFormat.JSON, true)));
    }

    @Test
    void anEmptyVariableCountsAsUnset() {
        Resolved resolved = Resolving.run(List.of("p"), Map.of("WORKERS", "", "CARAML_MODEL_FULL_NAME", ""));

        assertThat(resolved.settings().program().workers()).isEqualTo(1);
        assertThat(Resolving.value(resolved, Setting.WORKERS).line(100)).isEqualTo("workers=1 (default)");
        assertThat(resolved.settings().model().fullName()).isEqualTo("model-1");
    }

    @Test
    void aFaultyVariableDoesNotMatterWhenTheFlagIsGiven() {
        assertThat(Resolving.run(List.of("--workers=2", "p"), Map.of("WORKERS", "many"))
                        .settings()
                        .program()
                        .workers())
                .isEqualTo(2);
    }

    @Test
    void theLastOfARepeatedFlagCountsAndAWarningSaysSo() {
        Resolved resolved = Resolving.run("--workers=2", "--workers=3", "p");

        assertThat(resolved.settings().program().workers()).isEqualTo(3);
        assertThat(resolved.warnings()).containsExactly("--workers is given 2 times; the last one counts, \"3\"");
    }

    @Test
    void moreThanOneInFlightIsAllowedAndWarnedAbout() {
        assertThat(Resolving.run("--max-in-flight=2", "p").warnings())
                .singleElement()
                .asString()
                .startsWith("--max-in-flight is 2: replies are matched to requests by their order alone");
    }

    @Test
    void howManyAreInFlightFollowsFromTheFormat() {
        assertThat(Resolving.run("p").settings().program().maxInFlight()).isEqualTo(1);
        assertThat(Resolving.run("--format=jsonrpc", "p").settings().program().maxInFlight())
                .isEqualTo(256);
        assertThat(Resolving.run("--format=jsonrpc", "--max-in-flight=2", "p").warnings())
                .isEmpty();
    }

    @Test
    void settingsWithoutEffectAreWarnedAbout() {
        assertThat(Resolving.run("--pass-header=x-tenant", "--socket-dir=/tmp", "p")
                        .warnings())
                .containsExactly(
                        "--pass-header has no effect with --format=json, which hands no headers to the program;"
                                + " set --format=jsonrpc",
                        "--socket-dir has no effect with --channel=stdio");
        assertThat(Resolving.run(List.of("p"), Map.of("PUSHGATEWAY_URL", "u:secret@gw"))
                        .warnings())
                .containsExactly("--pushgateway-url (***@gw, set by the variable PUSHGATEWAY_URL) has no effect without"
                        + " --pushgateway-enabled");
    }

    @Test
    void aWarmUpIsReadFromAFileWithoutItsByteOrderMark(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("warm up.json"), "\uFEFF{\"city\":\n\"Łódź\"}\n");

        Resolved resolved = Resolving.run("--warmup=@" + file, "p");

        assertThat(resolved.settings().life().warmup()).isEqualTo("{\"city\":\n\"Łódź\"}\n");
        assertThat(Resolving.value(resolved, Setting.WARMUP).text()).isEqualTo("@" + file);
    }
}
