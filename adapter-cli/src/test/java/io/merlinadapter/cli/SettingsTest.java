package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.push.GatewayUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                    49L << 20,
                    474,
                    16 << 20,
                    16 << 20),
            new Settings.Life(
                    Duration.ofMinutes(5),
                    Duration.ofSeconds(1),
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
                        "--max-connections=7",
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
                                Duration.ofSeconds(1), Duration.ofSeconds(7), Duration.ofSeconds(2), 5, 100, 7, 40, 50),
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
                .startsWith("--max-in-flight is 2: replies are matched to requests only by their order");
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
                        "--pass-header has no effect with --format=json, which passes no headers to the program;"
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
