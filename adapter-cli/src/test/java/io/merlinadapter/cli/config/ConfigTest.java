package io.merlinadapter.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.Resolved;
import io.merlinadapter.cli.Resolving;
import io.merlinadapter.metrics.push.GatewayUrl;
import io.merlinadapter.os.ProgramMemory;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.upi.table.PayloadKind;
import io.merlinadapter.worker.WorkerSettings.InFlightLimit;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.event.Level;

class ConfigTest {

    private static final Resolved DEFAULTS = Resolving.run("python3", "predict.py");
    private static final Resolved ALL_SET = Resolving.run(
            "--model-name=m",
            "--model-version=7",
            "--artifact-location=/a",
            "--workers=2",
            "--format=jsonrpc",
            "--channel=socket",
            "--socket-dir=/s",
            "--pass-header=X-Tenant, x-region",
            "--max-in-flight=3",
            "--batch=instances",
            "--batch-max-size=16",
            "--batch-max-delay=2ms",
            "--reply=any",
            "--nan=null",
            "--order-check=0",
            "--split-args=never",
            "--http-port=1",
            "--grpc-port=2",
            "--protocol=UPI_V1",
            "--upi-payload=instances",
            "--openapi",
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
            "--program-memory=17M",
            "--bad-streak=16",
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
            "p");

    /** Each option with its default and with what it is set to. */
    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(Options.MODEL_NAME, "model", "m"),
                Arguments.of(Options.MODEL_VERSION, "1", "7"),
                Arguments.of(Options.MODEL_FULL_NAME, "model-1", "m-7"),
                Arguments.of(Options.ARTIFACT_LOCATION, Optional.empty(), Optional.of("/a")),
                Arguments.of(Options.WORKERS, 1, 2),
                Arguments.of(Options.FORMAT, ProgramFormat.JSON, ProgramFormat.JSONRPC),
                Arguments.of(Options.CHANNEL, "stdio", "socket"),
                Arguments.of(Options.SOCKET_DIR, Optional.empty(), Optional.of("/s")),
                Arguments.of(Options.PASS_HEADER, List.of(), List.of("x-tenant", "x-region")),
                Arguments.of(Options.MAX_IN_FLIGHT, new InFlightLimit(1, 16), InFlightLimit.of(3)),
                Arguments.of(Options.BATCH, BatchMode.NONE, BatchMode.INSTANCES),
                Arguments.of(Options.BATCH_MAX_SIZE, 1024, 16),
                Arguments.of(Options.BATCH_MAX_DELAY, Duration.ofSeconds(10), Duration.ofMillis(2)),
                Arguments.of(Options.REPLY, JsonLines.ReplyKind.OBJECT, JsonLines.ReplyKind.ANY),
                Arguments.of(Options.NAN, JsonLines.NanPolicy.FAIL, JsonLines.NanPolicy.NULL),
                Arguments.of(Options.ORDER_CHECK, Duration.ofMillis(100), Duration.ZERO),
                Arguments.of(Options.SPLIT_ARGS, SplitMode.AUTO, SplitMode.NEVER),
                Arguments.of(Options.HTTP_PORT, 8080, 1),
                Arguments.of(Options.GRPC_PORT, 9000, 2),
                Arguments.of(Options.HOST, "0.0.0.0", "h"),
                Arguments.of(Options.PROTOCOL, Protocol.BOTH, Protocol.UPI_V1),
                Arguments.of(Options.UPI_PAYLOAD, PayloadKind.TABLE, PayloadKind.INSTANCES),
                Arguments.of(Options.OPENAPI, false, true),
                Arguments.of(Options.EVENT_LOOPS, 1, 4),
                Arguments.of(Options.REQUEST_TIMEOUT, Duration.ofSeconds(30), Duration.ofSeconds(1)),
                Arguments.of(Options.HANG_TIMEOUT, Duration.ofSeconds(30), Duration.ofSeconds(7)),
                Arguments.of(Options.ABANDON_AFTER, Duration.ofSeconds(30), Duration.ofSeconds(2)),
                Arguments.of(Options.QUEUE_SIZE, 1000, 5),
                Arguments.of(Options.MAX_BODY, 16 << 20, 40),
                Arguments.of(Options.MAX_REPLY, 16 << 20, 50),
                Arguments.of(Options.MEMORY_BUDGET, 49L << 20, 100L),
                Arguments.of(Options.MAX_CONNECTIONS, 474, 7),
                Arguments.of(Options.STARTUP_TIMEOUT, Duration.ofMinutes(5), Duration.ofSeconds(3)),
                Arguments.of(Options.SETTLE, Duration.ofSeconds(1), Duration.ofMillis(2500)),
                Arguments.of(Options.WARMUP, Optional.empty(), Optional.of(" {\"a\":\n1}")),
                Arguments.of(Options.UNREADY_GRACE, Duration.ofSeconds(10), Duration.ofSeconds(40)),
                Arguments.of(Options.DRAIN_DELAY, Duration.ZERO, Duration.ofSeconds(8)),
                Arguments.of(Options.GRACE_PERIOD, Duration.ofSeconds(30), Duration.ofSeconds(23)),
                Arguments.of(Options.DRAIN_TIMEOUT, Duration.ofSeconds(21), Duration.ofSeconds(6)),
                Arguments.of(Options.TERMINATION_LOG, "/dev/termination-log", "/t"),
                Arguments.of(Options.BACK_OFF, Duration.ofMillis(100), Duration.ofSeconds(9)),
                Arguments.of(Options.BACK_OFF_MAX, Duration.ofSeconds(5), Duration.ofSeconds(10)),
                Arguments.of(Options.STABLE_AFTER, Duration.ofMinutes(1), Duration.ofSeconds(11)),
                Arguments.of(Options.GIVE_UP_AFTER, 5, 12),
                Arguments.of(Options.RETRY_ON_WORKER_LOSS, false, true),
                Arguments.of(Options.MAX_REQUESTS, 0, 13),
                Arguments.of(Options.MAX_RSS, 0L, 14L << 20),
                Arguments.of(Options.PROGRAM_MEMORY, ProgramMemory.ANY, ProgramMemory.each(17L << 20)),
                Arguments.of(Options.BAD_STREAK, 0, 16),
                Arguments.of(Options.CHILD_SERIES, 1000, 15),
                Arguments.of(Options.PUSHGATEWAY_ENABLED, false, true),
                Arguments.of(
                        Options.PUSHGATEWAY_URL,
                        new GatewayUrl("http://localhost:9091", null),
                        new GatewayUrl("http://gw", "Basic dTpw")),
                Arguments.of(Options.PUSHGATEWAY_PUSH_INTERVAL, Duration.ofSeconds(30), Duration.ofSeconds(15)),
                Arguments.of(Options.PUSHGATEWAY_JOB, "merlin_adapter", "j"),
                Arguments.of(Options.PUSHGATEWAY_DELETE, true, false),
                Arguments.of(Options.LOG_LEVEL, Level.INFO, Level.TRACE),
                Arguments.of(Options.LOG_FORMAT, LogFormat.TEXT, LogFormat.JSON),
                Arguments.of(Options.ACCESS_LOG, false, true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void everyValueHasItsTypeWhetherItIsSetOrNot(Option<?> option, Object fallback, Object set) {
        assertThat((Object) DEFAULTS.config().get(option)).isEqualTo(fallback);
        assertThat((Object) ALL_SET.config().get(option)).isEqualTo(set);
    }

    @Test
    void everyOptionIsTriedHere() {
        assertThat(values().map(arguments -> arguments.get()[0])).containsExactlyElementsOf(Options.all());
    }

    @Test
    void withNothingSetEverythingHasItsDefault() {
        assertThat(DEFAULTS.config().command()).containsExactly("python3", "predict.py");
        assertThat(DEFAULTS.warnings()).isEmpty();
        assertThat(DEFAULTS.notices()).isEmpty();
        assertThat(DEFAULTS.config().resolved())
                .allSatisfy(value -> assertThat(value.source()).isIn(Given.Source.DEFAULT, Given.Source.DERIVED));
    }

    @Test
    void theValuesAreInTheOrderOfDeclaration() {
        assertThat(DEFAULTS.config().resolved().stream().<Option<?>>map(ResolvedValue::option))
                .containsExactlyElementsOf(Options.all());
    }

    @Test
    void anEmptyVariableCountsAsUnset() {
        Resolved resolved = Resolving.run(List.of("p"), Map.of("WORKERS", "", "CARAML_MODEL_FULL_NAME", ""));

        assertThat(resolved.config().get(Options.WORKERS)).isEqualTo(1);
        assertThat(Resolving.value(resolved, Options.WORKERS).line(100)).isEqualTo("workers=1 (default)");
        assertThat(resolved.config().get(Options.MODEL_FULL_NAME)).isEqualTo("model-1");
    }

    @Test
    void aFaultyVariableDoesNotMatterWhenTheFlagIsGiven() {
        assertThat(Resolving.run(List.of("--workers=2", "p"), Map.of("WORKERS", "many"))
                        .config()
                        .get(Options.WORKERS))
                .isEqualTo(2);
    }

    @Test
    void theLastOfARepeatedFlagCountsAndAWarningSaysSo() {
        Resolved resolved = Resolving.run("--workers=2", "--workers=3", "p");

        assertThat(resolved.config().get(Options.WORKERS)).isEqualTo(3);
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
    void howManyAreInFlightFollowsFromTheFormatAndFromWhetherRepliesAreNumbered() {
        assertThat(Resolving.run("p").config().get(Options.MAX_IN_FLIGHT)).isEqualTo(new InFlightLimit(1, 16));
        assertThat(Resolving.run("--max-in-flight=1", "p").config().get(Options.MAX_IN_FLIGHT))
                .isEqualTo(InFlightLimit.of(1));
        assertThat(Resolving.run("--format=jsonrpc", "p").config().get(Options.MAX_IN_FLIGHT))
                .isEqualTo(InFlightLimit.of(256));
        assertThat(Resolving.run("--format=jsonrpc", "--max-in-flight=2", "p").warnings())
                .isEmpty();
    }

    @Test
    void oneOfSeveralWorkersThatGoesBadIsReplacedAndASingleOneWhereThatIsAskedFor() {
        assertThat(Resolving.run("--workers=2", "p").config().get(Options.BAD_STREAK))
                .isEqualTo(20);
        assertThat(Resolving.run("p").config().get(Options.BAD_STREAK)).isZero();
        assertThat(Resolving.run("--bad-streak=5", "p").config().get(Options.BAD_STREAK))
                .isEqualTo(5);
    }

    @Test
    void settingsWithoutEffectAreWarnedAbout() {
        assertThat(Resolving.run("--pass-header=x-tenant", "--socket-dir=/tmp", "p")
                        .warnings())
                .containsExactly(
                        "--pass-header has no effect with --format=json, which passes no headers to the program;"
                                + " set --format=jsonrpc",
                        "--socket-dir has no effect with --channel=stdio");
        assertThat(Resolving.run("--batch-max-size=2", "--batch-max-delay=0", "p")
                        .warnings())
                .containsExactly(
                        "--batch-max-size has no effect with --format=json, where each line is one request, unless"
                                + " --batch=instances is set; or set --format=jsonrpc",
                        "--batch-max-delay has no effect with --format=json, where each line is one request, unless"
                                + " --batch=instances is set; or set --format=jsonrpc");
        assertThat(Resolving.run("--format=jsonrpc", "--batch=instances", "p").warnings())
                .containsExactly("--batch has no effect with --format=jsonrpc, where the program says itself whether it"
                        + " takes batches");
        assertThat(Resolving.run("--batch=instances", "--batch-max-size=2", "p").warnings())
                .isEmpty();
        assertThat(Resolving.run(List.of("p"), Map.of("PUSHGATEWAY_URL", "u:secret@gw"))
                        .warnings())
                .containsExactly("--pushgateway-url (***@gw, set by the variable PUSHGATEWAY_URL) has no effect without"
                        + " --pushgateway-enabled");
    }

    @Test
    void whatABatchIsFollowsFromWhoMakesIt() {
        Config merged = Resolving.run("--batch=instances", "p").config();
        assertThat(merged.get(Options.BATCH_MAX_SIZE)).isEqualTo(32);
        assertThat(merged.get(Options.BATCH_MAX_DELAY)).isEqualTo(Duration.ofMillis(2));
    }

    @Test
    void aWarmUpIsReadFromAFileWithoutItsByteOrderMark(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("warm up.json"), "\uFEFF{\"city\":\n\"Łódź\"}\n");

        Resolved resolved = Resolving.run("--warmup=@" + file, "p");

        assertThat(resolved.config().get(Options.WARMUP)).hasValue("{\"city\":\n\"Łódź\"}\n");
        assertThat(Resolving.value(resolved, Options.WARMUP).text()).isEqualTo("@" + file);
    }

    @Test
    void whatComputesOnMoreProcessorsThanTheContainerHasIsWarnedAbout() {
        Machine two = new Machine(124L << 20, 1024, false, 2);
        List<String> workers = List.of("--workers=3", "p");
        assertThat(Resolving.run(workers, Map.of("OMP_NUM_THREADS", "1"), two).warnings())
                .containsExactly(
                        "--workers is 3, but the container's CPU limit is 2 processors: that helps a program that"
                                + " waits, while one that computes is slowed down; set --workers=2, or raise the limit");

        Map<String, String> threads = Map.of("OMP_NUM_THREADS", "2", "MKL_NUM_THREADS", "x");
        assertThat(Resolving.run(List.of("--workers=2", "p"), threads, two).warnings())
                .containsExactly("the variable OMP_NUM_THREADS is 2, for each of --workers (2), but the container's CPU"
                        + " limit is 2 processors; set OMP_NUM_THREADS=1, or raise the limit");

        assertThat(Resolving.run(List.of("p"), threads, two).warnings()).isEmpty();
        assertThat(Resolving.run(workers, threads).warnings()).isEmpty();
    }

    @Test
    void theProgramsMemoryIsWatchedWhereTheKernelWouldEndTheAdapterWithIt() {
        Machine endsAsOne = new Machine(124L << 20, 1024, true, 0);
        Resolved auto = Resolving.run(List.of("p"), Map.of(), endsAsOne);
        assertThat(auto.config().get(Options.PROGRAM_MEMORY)).isEqualTo(ProgramMemory.OF_CONTAINER);
        assertThat(Resolving.value(auto, Options.PROGRAM_MEMORY).text()).isEqualTo("auto (what the container has)");
        assertThat(auto.warnings()).isEmpty();
        assertThat(auto.notices()).anyMatch(line -> line.startsWith("memory.oom.group is 1: "));

        Resolved none = Resolving.run(List.of("p"), Map.of("ADAPTER_PROGRAM_MEMORY", "none"), endsAsOne);
        assertThat(none.config().get(Options.PROGRAM_MEMORY)).isEqualTo(ProgramMemory.ANY);
        assertThat(none.warnings()).singleElement().asString().contains("memory.oom.group is 1: ");

        Resolved elsewhere = Resolving.run("--program-memory=none", "p");
        assertThat(elsewhere.warnings()).isEmpty();
        assertThat(Resolving.faults("--program-memory=14", "p")).contains("none or a size from 1MiB");
    }
}
