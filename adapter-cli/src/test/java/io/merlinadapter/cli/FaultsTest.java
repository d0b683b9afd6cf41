package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Options;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {

    @Test
    void allFaultsAreReportedTogether() {
        String report = Resolving.faults(
                List.of("--wrokers=4", "--http-port=70000", "--max-body=64M", "--host=", "--settle"),
                Map.of(
                        "WORKERS", "zero",
                        "ADAPTER_SETTEL", "1s",
                        "ADAPTER_COMMAND", "python3 'predict.py",
                        "ADAPTER_WARMUP", "@/no/such/file",
                        "CARAML_PROTOCOL", "UPI_V2"));

        assertThat(report.lines())
                .containsExactly(
                        "merlin-adapter: nothing was started, the configuration has 10 faults",
                        "  1. --settle has no value; expected --settle=TIME",
                        "  2. \"--wrokers\" is not an option of merlin-adapter; did you mean --workers?",
                        "  3. the variable ADAPTER_COMMAND is \"python3 'predict.py\", and the quote ' at character 9"
                                + " is never closed; expected a command line quoted as for a shell",
                        "  4. --workers is \"zero\" (set by the variable WORKERS);"
                                + " expected a whole number from 1 to 1024",
                        "  5. --http-port is \"70000\"; expected a whole number from 0 to 65535",
                        "  6. --host is \"\"; expected some text",
                        "  7. --protocol is \"UPI_V2\" (set by the variable CARAML_PROTOCOL);"
                                + " expected HTTP_JSON, UPI_V1 or both",
                        "  8. --warmup is \"@/no/such/file\" (set by the variable ADAPTER_WARMUP), which does not"
                                + " exist; expected one value of JSON, or @ and a file that holds it",
                        "  9. --memory-budget (auto, the default) must hold two of --max-body (64M);"
                                + " expected at least 128MiB; set the variable ADAPTER_JAVA_OPTS=-Xmx321m or lower"
                                + " --max-body",
                        "  10. the variable ADAPTER_SETTEL is unknown; did you mean ADAPTER_SETTLE?",
                        "See merlin-adapter --help.");
    }

    @Test
    void aMissingProgramIsAFaultThatSaysWhereToPutIt() {
        assertThat(Resolving.faults())
                .contains("has a fault\n")
                .contains("there is no program to run; expected its command line after the options")
                .contains("ADAPTER_COMMAND");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " "})
    void anEmptyProgramNameIsAFault(String name) {
        assertThat(Resolving.faults("--", name, "x")).contains("the first word of the program's command line is empty");
    }

    @ParameterizedTest
    @CsvSource({
        "--workers=0, a whole number from 1 to 1024",
        "--workers=1.5, a whole number from 1 to 1024",
        "--max-in-flight=257, auto or a whole number from 1 to 256",
        "--channel=pipe, 'stdio, socket, connect:unix:PATH or connect:tcp:127.0.0.1:PORT'",
        "--channel=connect:tcp:10.0.0.1:80, 'stdio, socket, connect:unix:PATH or connect:tcp:127.0.0.1:PORT'",
        "--format=xml, json or jsonrpc",
        "--pass-header=a b, 'names of headers, separated by commas, such as x-tenant,x-region, or * alone'",
        "--pass-header=x-*, 'names of headers'",
        "'--pass-header=foo*,bar', 'names of headers'",
        "'--pass-header=a,,b', 'names of headers'",
        "--pass-header=**, 'names of headers'",
        "--pass-header=:authority, 'names of headers'",
        "--socket-dir=, some text",
        "--http-port=-1, a whole number from 0 to 65535",
        "--event-loops=0, a whole number from 1 to 64",
        "--queue-size=0, a whole number from 1 to 1000000",
        "--request-timeout=0, a time from 1ms to 24h",
        "--startup-timeout=0s, a time from 1ms to 24h",
        "--settle=-1, a time from 0s to 1h",
        "--order-check=6s, a time from 0s to 5s",
        "--drain-timeout=soon, auto or a time from 0s to 1h",
        "--hang-timeout=0, a time from 1ms to 24h",
        "--unready-grace=0, a time from 1ms to 24h",
        "--drain-delay=never, auto or a time from 0s to 1h",
        "--drain-delay=2h, auto or a time from 0s to 1h",
        "--grace-period=0, a time from 1ms to 24h",
        "--termination-log=, some text",
        "--back-off=0, a time from 1ms to 1h",
        "--back-off-max=2h, a time from 1ms to 1h",
        "--stable-after=0, a time from 1ms to 24h",
        "--give-up-after=-1, a whole number from 0 to 1000000",
        "--max-requests=1e3, a whole number from 0 to 1000000000",
        "--max-rss=500, '0 or a size from 1MiB to 1024GiB, such as 512MiB or 2G'",
        "--max-rss=512MB, '0 or a size from 1MiB to 1024GiB, such as 512MiB or 2G; did you mean 512MiB?'",
        "--bad-streak=-1, auto or a whole number from 0 to 1000000",
        "--child-series=100001, a whole number from 0 to 100000",
        "--max-body=0, a size from 1 byte to 1GiB",
        "--max-reply=2GiB, a size from 1 byte to 1GiB",
        "--memory-budget=lots, auto or a size from 1 byte to 1024GiB",
        "--reply=list, object, predictions or any",
        "--nan=zero, fail or null",
        "--split-args=maybe, auto or never or always",
        "--pushgateway-enabled=on, true or false",
        "--pushgateway-url=gw:port, 'host:port or http(s)://host:port, with user:password@ before the host'",
        "--pushgateway-push-interval=0.5s, a time from 1s to 24h",
        "--pushgateway-job=, some text",
        "--pushgateway-delete=never, true or false",
        "--log-level=loud, 'trace, debug, info, warn or error'",
        "--log-format=xml, text or json",
        "--model-name=a/b, 'a name of letters, digits, dots, dashes and underscores'",
        "--model-full-name=a b, 'a name of letters, digits, dots, dashes and underscores'",
        "--artifact-location=, some text",
    })
    void aValueOutOfBoundsIsAFaultThatSaysWhatWasExpected(String flag, String expected) {
        String[] parts = flag.split("=", 2);

        assertThat(Resolving.faults(flag, "p"))
                .contains("has a fault\n")
                .contains(parts[0] + " is \"" + parts[1] + "\"; expected " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u:secret@gw:port",
                "http://u:sec/ret@gw",
                "ftp://u:se@cret@gw",
                "u:secret@",
                "http://u:secret@gw/?",
                "https://u:sec ret@/gw"
            })
    void aFaultyAddressOfAGatewayIsShownWithoutItsPassword(String url) {
        String report = Resolving.faults(List.of("p"), Map.of("PUSHGATEWAY_URL", url));

        assertThat(report)
                .contains(
                        "--pushgateway-url is \"", "***@", "(set by the variable PUSHGATEWAY_URL); expected host:port")
                .doesNotContain("u:se", "sec", "cret@", "ret@");
    }

    @Test
    void aPasswordIsNeitherInTheTableNorInAnyWarning() {
        Resolved resolved = Resolving.run(
                "--pushgateway-url=u:secret@gw",
                "--pushgateway-url=http://u:secret@gw:1/p",
                "p",
                "--store=http://u:secret@db/x");

        assertThat(ResolvedTable.render(resolved.config())
                        + ResolvedTable.summary(resolved.config())
                        + resolved.warnings()
                        + resolved.config().resolved())
                .contains("pushgateway-url=http://***@gw:1/p (--pushgateway-url)", "--store=http://***@db/x")
                .contains("--pushgateway-url is given 2 times; the last one counts, \"http://***@gw:1/p\"")
                .doesNotContain("u:secret@gw");
        Map<String, String> merlin = Map.of("MERLIN_MODEL_NAME", "m");
        assertThat(Resolving.faults(List.of("--pushgateway-url=u:secret@gw", "p", "\"x"), merlin))
                .contains("--pushgateway-url=***@gw p")
                .doesNotContain("secret");
    }

    @Test
    void aBudgetThatDoesNotHoldTwoNamesBothSettings() {
        assertThat(Resolving.faults(List.of("--max-reply=17MiB", "p"), Map.of("ADAPTER_MEMORY_BUDGET", "33MiB")))
                .contains("--memory-budget (33MiB, set by the variable ADAPTER_MEMORY_BUDGET) must hold two of"
                        + " --max-reply (17MiB); expected at least 34MiB");
    }

    @Test
    void aBudgetThatDoesNotFitTheHeapNamesBothSettings() {
        assertThat(Resolving.faults("--memory-budget=63MiB", "p"))
                .contains("--memory-budget (63MiB) must fit into half of the Java heap (124MiB);"
                        + " lower --memory-budget or set the variable ADAPTER_JAVA_OPTS=-Xmx158m");
        assertThat(Resolving.run("--memory-budget=62MiB", "p").config().get(Options.MEMORY_BUDGET))
                .isEqualTo(62L << 20);
    }

    @Test
    void rulesAreNotJudgedOnFaultyValues() {
        assertThat(Resolving.faults("--max-body=huge", "--memory-budget=1", "p"))
                .contains("has a fault\n")
                .doesNotContain("must hold two");
    }

    @Test
    void aWarmUpLargerThanABodyMayBeIsAFault(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("w.json"), "[" + "1,".repeat(20) + "1]");

        assertThat(Resolving.faults("--max-body=42", "--warmup=@" + file, "p"))
                .contains("which is 43 bytes; expected at most --max-body, 42 bytes");
        assertThat(Resolving.faults("--max-body=2", "--warmup=[1]", "p")).contains("which is 3 bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1 | is not JSON (it ends in the middle at line 1, column 7)",
                "{} {} | holds more than one JSON value",
                "` ` | expected some text",
                "@ | which is not a file",
                "@/ | which is not a file",
                "nope | is not JSON (a value was expected at line 1, column 1)",
            })
    void aWarmUpThatIsNotOneJsonValueIsAFault(String warmup, String problem) {
        assertThat(Resolving.faults("--warmup=" + warmup, "p"))
                .contains("has a fault\n")
                .contains(problem);
    }

    @Test
    void aWarmUpsFaultIsSaidWithItsPlace() {
        assertThat(Resolving.faults("--warmup=[\"é\",\n  nope]", "p"))
                .contains("is not JSON (a value was expected at line 2, column 3)");
        assertThat(Resolving.faults("--warmup=" + "[".repeat(257), "p"))
                .contains("can't be sent (it is nested deeper than 256 levels)");
    }

    @Test
    void aWarmUpFileThatIsNotUtf8IsAFault(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("w.json"), "\"é\"".getBytes(StandardCharsets.ISO_8859_1));

        assertThat(Resolving.faults("--warmup=@" + file, "p")).contains("which is not UTF-8");
    }

    @Test
    void aValueIsShownOnOneLineAndShortened() {
        assertThat(Resolving.faults("--host=h", "--workers=a\nb" + "c".repeat(200), "p"))
                .contains("--workers is \"a b" + "c".repeat(77) + "…\"; expected");
    }

    @ParameterizedTest
    @CsvSource({
        "--wrokers, --workers",
        "--worker, --workers",
        "--http_port, --http-port",
        "-workers, --workers",
        "--HOST, --host",
        "--log-fromat, --log-format",
        "--backoff, --back-off",
        "--max_rss, --max-rss",
        "--hangtimeout, --hang-timeout",
        "--retry-on-workerloss, --retry-on-worker-loss",
        "--terminaton-log, --termination-log",
        "--hlep, --help",
        "--port, --http-port",
        "-p, --http-port",
    })
    void anUnknownFlagGetsASuggestion(String flag, String meant) {
        assertThat(Resolving.faults(flag + "=1", "p"))
                .contains("\"" + flag + "\" is not an option of merlin-adapter; did you mean " + meant + "?");
    }

    @Test
    void aDecimalUnitIsAFaultWithASuggestion() {
        assertThat(Resolving.faults(List.of("p"), Map.of("ADAPTER_MAX_BODY", "16MB")))
                .contains(
                        "--max-body is \"16MB\" (set by the variable ADAPTER_MAX_BODY); expected a size from 1 byte to"
                                + " 1GiB, such as 16MiB, 512K or 1048576; did you mean 16MiB?\n");
        assertThat(Resolving.faults("--max-body=16GB", "p")).doesNotContain("did you mean");
    }

    @Test
    void aFlagOfTheProgramInFrontOfItIsExplained() {
        assertThat(Resolving.faults("-x", "p"))
                .contains("\"-x\" is not an option of merlin-adapter; if it belongs to your program,"
                        + " put it after the program's name");
    }

    @Test
    void aFaultyConfigurationIsForTheTerminationLogToo() {
        Outcome.Exit byDefault = Resolving.exit(List.of(), Map.of());
        Outcome.Exit byVariable = Resolving.exit(List.of(), Map.of("ADAPTER_TERMINATION_LOG", "/a"));
        Outcome.Exit byFlag = Resolving.exit(List.of("--termination-log=/b"), Map.of("ADAPTER_TERMINATION_LOG", "/a"));
        Outcome.Exit faulty = Resolving.exit(List.of("--termination-log=", "p"), Map.of());

        assertThat(byDefault.terminationLog()).isEqualTo("/dev/termination-log");
        assertThat(byVariable.terminationLog()).isEqualTo("/a");
        assertThat(byFlag.terminationLog()).isEqualTo("/b");
        assertThat(faulty.terminationLog()).isEqualTo("/dev/termination-log");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "--version"})
    void whatWasAskedForIsNotForTheTerminationLog(String flag) {
        assertThat(Resolving.exit(List.of("--termination-log=/b", flag), Map.of())
                        .terminationLog())
                .isNull();
    }
}
