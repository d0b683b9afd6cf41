package io.merlinadapter.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.Resolving;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InequalitiesTest {

    private static final Map<String, String> LAPTOP = Map.of();

    static Stream<Arguments> platforms() {
        return Stream.of(
                Arguments.of("laptop", LAPTOP),
                Arguments.of("Knative", PlatformTest.KNATIVE),
                Arguments.of("Kubernetes", PlatformTest.KUBERNETES));
    }

    private static List<String> program(String options) {
        List<String> args = new ArrayList<>(Arrays.asList(options.split(" ")));
        args.add("p");
        return args;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("platforms")
    void theDefaultsHoldOnEveryPlatform(String platform, Map<String, String> env) {
        assertThat(Resolving.run(List.of("p"), env).warnings()).isEmpty();
    }

    /** Options that just hold, and others that just don't, with what is said of them. */
    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "--settle=2999ms --startup-timeout=3s | --settle=3s --startup-timeout=3s |"
                        + " --settle (3s) must be less than --startup-timeout (3s), or no program would become ready in"
                        + " time; lower --settle or raise --startup-timeout",
                "--startup-timeout=1001ms | --startup-timeout=1s |"
                        + " --settle (1s, the default) must be less than --startup-timeout (1s)",
                "--back-off=5s | --back-off=5001ms |"
                        + " --back-off (5001ms) must be at most --back-off-max (5s, the default), because the wait"
                        + " doubles up to it; lower --back-off or raise --back-off-max",
                "--back-off-max=4999ms --stable-after=5s | --back-off-max=5s --stable-after=5s |"
                        + " --back-off-max (5s) must be less than --stable-after (5s), or a program that keeps ending"
                        + " could count as stable; lower --back-off-max or raise --stable-after",
                "--unready-grace=5001ms | --unready-grace=5s |"
                        + " --back-off-max (5s, the default) must be less than --unready-grace (5s), or the port could"
                        + " close over a single restart; lower --back-off-max or raise --unready-grace",
                "--request-timeout=101ms | --request-timeout=100ms |"
                        + " --order-check (100ms, the default) must be less than --request-timeout (100ms), or a request"
                        + " could miss its deadline while its worker is left idle; lower --order-check or raise"
                        + " --request-timeout",
                "--request-timeout=1ms --format=jsonrpc | --request-timeout=100ms | must be less than --request-timeout",
                "--workers=2 --channel=connect:unix:/s/{worker} | --workers=2 --channel=connect:unix:/s |"
                        + " --channel (connect:unix:/s) is one address for --workers (2), but two programs can't listen"
                        + " at the same address; put {worker} into it",
                "--drain-timeout=21s | --drain-timeout=21001ms |"
                        + " --drain-delay (auto, the default) and --drain-timeout (21001ms) must fit into --grace-period"
                        + " (30s, the default) together with 4s to end the program and 5s to spare, but 0s + 21001ms +"
                        + " 4s + 5s is 30001ms; lower --drain-timeout, or raise --grace-period with the platform's"
                        + " (terminationGracePeriodSeconds)",
                "--drain-delay=6s --drain-timeout=15s | --drain-delay=7s --drain-timeout=15s | 7s + 15s + 4s + 5s is 31s",
                "--drain-delay=21s | --drain-delay=22s |"
                        + " but 22s + 0s + 4s + 5s is 31s; lower --drain-delay, or raise --grace-period",
                "--grace-period=9s | --grace-period=8s | 0s + 0s + 4s + 5s is 9s; raise --grace-period",
                "--memory-budget=34 --max-body=17 --max-reply=1 | --memory-budget=33 --max-body=17 --max-reply=1 |"
                        + " --memory-budget (33) must hold two of --max-body (17)",
                "--max-connections=474 | --max-connections=475 |"
                        + " --max-connections (475) must leave the program some of the 1024 file descriptors of this"
                        + " process; expected at most 474 for each port; lower --max-connections or raise the limit"
                        + " (ulimit -n)",
                "--memory-budget=62MiB | --memory-budget=65011713 |"
                        + " --memory-budget (65011713) must fit into half of the Java heap (124MiB)",
            })
    void aRuleThatIsJustBrokenNamesBothSettings(String holds, String broken, String message) {
        assertThat(Resolving.run(program(holds), LAPTOP).config()).isNotNull();
        assertThat(Resolving.faults(program(broken), LAPTOP))
                .contains("has a fault\n")
                .contains(message);
    }

    @Test
    void theDelayThatAutoStandsForCounts() {
        List<String> args = List.of("--drain-timeout=16s", "p");

        assertThat(Resolving.run(args, PlatformTest.KUBERNETES).config().get(Options.DRAIN_TIMEOUT))
                .hasSeconds(16);
        assertThat(Resolving.run(List.of("--drain-timeout=21s", "p"), PlatformTest.KNATIVE)
                        .config())
                .isNotNull();
        assertThat(Resolving.faults(List.of("--drain-timeout=17s", "p"), PlatformTest.KUBERNETES))
                .contains("--drain-delay (auto, the default) and", "but 5s + 17s + 4s + 5s is 31s;");
    }

    /** A second more than a request may take, if the platform leaves that much after the delay and before the end. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | 16s | 21s | 21s",
                "--grace-period=60s | 31s | 31s | 31s",
                "--grace-period=45s | 31s | 31s | 31s",
                "--grace-period=44s | 30s | 31s | 31s",
                "--request-timeout=2s | 3s | 3s | 3s",
                "--request-timeout=60s --grace-period=80s | 61s | 61s | 61s",
                "--drain-delay=10s | 11s | 11s | 11s",
                "--drain-timeout=7s --grace-period=60s | 7s | 7s | 7s",
            })
    void byDefaultRequestsHaveTheirWholeTimeAtAStopWhereThePlatformPermits(
            String options, String kubernetes, String knative, String laptop) {
        List<String> args = options.isEmpty() ? List.of("p") : program(options);

        assertThat(drain(args, PlatformTest.KUBERNETES)).isEqualTo(kubernetes);
        assertThat(drain(args, PlatformTest.KNATIVE)).isEqualTo(knative);
        assertThat(drain(args, LAPTOP)).isEqualTo(laptop);
    }

    private static String drain(List<String> args, Map<String, String> env) {
        return Amounts.show(Resolving.run(args, env).config().get(Options.DRAIN_TIMEOUT));
    }

    @Test
    void withoutItsCheckOfTheOrderAnyDeadlineIsLongEnough() {
        assertThat(Resolving.run("--order-check=0", "--request-timeout=1ms", "p")
                        .config()
                        .get(Options.ORDER_CHECK))
                .isZero();
    }

    @Test
    void allBrokenRulesAreReportedTogetherWithTheOriginOfTheirValues() {
        String report = Resolving.faults(
                List.of("--settle=1h", "--unready-grace=1s", "--stable-after=2s", "--grace-period=5s", "p"),
                Map.of(
                        "ADAPTER_BACK_OFF", "20s",
                        "ADAPTER_BACK_OFF_MAX", "10s",
                        "ADAPTER_REQUEST_TIMEOUT", "50ms",
                        "ADAPTER_MEMORY_BUDGET", "1K"));

        assertThat(report)
                .contains("has 7 faults\n")
                .contains(
                        "--memory-budget (1K, set by the variable ADAPTER_MEMORY_BUDGET) must hold two",
                        "less than --request-timeout (50ms, set by the variable ADAPTER_REQUEST_TIMEOUT)",
                        "--settle (1h) must be less than --startup-timeout (5m, the default)",
                        "--back-off (20s, set by the variable ADAPTER_BACK_OFF) must be at most --back-off-max (10s,"
                                + " set by the variable ADAPTER_BACK_OFF_MAX)",
                        "less than --stable-after (2s)",
                        "less than --unready-grace (1s)",
                        "into --grace-period (5s)");
    }

    @Test
    void rulesAreNotJudgedOnFaultyValues() {
        assertThat(Resolving.faults("--settle=long", "--startup-timeout=1ms", "p"))
                .contains("has a fault\n");
        assertThat(Resolving.faults("--drain-delay=soon", "--grace-period=1s", "p"))
                .contains("has a fault\n");
    }

    @Test
    void memoryAndConnectionsGrowWithTheMachine() {
        assertThat(limits(new Machine(77L << 20, 1_048_576, false, 0))).isEqualTo("32MiB, 512 connections");
        assertThat(limits(new Machine(247L << 20, 1_048_576, false, 0))).isEqualTo("98MiB, 1568 connections");
        assertThat(limits(new Machine(247L << 20, 256, false, 0))).isEqualTo("98MiB, 90 connections");
    }

    private static String limits(Machine machine) {
        Config config = Resolving.run(List.of("p"), Map.of(), machine).config();
        return (config.get(Options.MEMORY_BUDGET) >> 20) + "MiB, " + config.get(Options.MAX_CONNECTIONS)
                + " connections";
    }
}
