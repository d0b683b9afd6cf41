package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.CheckRun;
import io.merlinadapter.cli.it.support.Processes;
import io.merlinadapter.cli.it.support.SideBySide;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command {@code check}: what it prints, where, how wide, and its exit code. */
@SideBySide
class CheckIT {
    private static final String GOOD = """
            import json, sys
            for line in sys.stdin:
                try:
                    rows = json.loads(line)["instances"]
                    reply = {"predictions": [5 + 3 * row["km"] for row in rows]}
                except Exception as fault:
                    reply = {"error": {"code": 400, "message": repr(fault)}}
                print(json.dumps(reply), flush=True)
            """;

    private static final String CARELESS =
            "import json, os, sys\nfor line in sys.stdin: print(json.dumps({'predictions': [1,"
                    + " 2], 'of': json.loads(line)['instances'], 'port': os.environ['CARAML_HTTP_PORT']}), flush=True)";

    private static final String ESCAPE = "\u001b";

    @TempDir
    Path folder;

    @BeforeEach
    void writeProgram() throws IOException {
        Files.writeString(folder.resolve("eta.py"), GOOD);
        Files.writeString(folder.resolve("request.json"), "{\"instances\": [{\"km\": 2}, {\"km\": 3.5}]}");
    }

    /** The verdicts of one of the checks. */
    private static List<JsonObject> verdicts(JsonObject document, String check) {
        return document.getJsonArray("verdicts").stream()
                .map(JsonObject.class::cast)
                .filter(verdict -> verdict.getString("check").equals(check))
                .toList();
    }

    private CheckRun check(Map<String, String> environment, String... words) {
        return CheckRun.of(folder, environment, List.of(words));
    }

    @Test
    void aProgramThatServesFits() {
        CheckRun run = check(Map.of("COLUMNS", "80"), "--", "python3", "eta.py");

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.output().lines())
                .allMatch(line -> line.length() <= 80)
                .anyMatch(line -> line.length() > 80 - 16);
        assertThat(run.errors()).isEmpty();
        assertThat(run.said())
                .contains("ok starts ready after ")
                .contains("it waits for a line of input")
                .contains("ok answers request.json: 200 after ")
                .contains("{\"predictions\":[11,15.5]}")
                .contains("{}: 400; without \"km\": 400; a text for the number \"km\": 400")
                .contains("ok platform GET /v1/models/model-1 200, GET / 200, GET /metrics 200, gRPC health SERVING")
                // Sixteen and eight where there is time for it.
                .containsPattern(" answers .*to \\d+ callers over 1 worker, each its own; \\d different ones")
                .containsPattern("(ok|note) speed ")
                .contains(" one caller: p50 ")
                .contains("note advice WORKERS=")
                .contains("ok output one line for each request, and nothing beside")
                .contains("ok stops ended by itself at the end of its input")
                .contains("It will serve: no failures, no warnings; ")
                .doesNotContain(ESCAPE);
    }

    @Test
    void machinesGetOneDocument() {
        CheckRun run = check(Map.of(), "--json", "--quick", "--", "python3", "eta.py");
        JsonObject document = new JsonObject(run.output());

        assertThat(run.exitCode()).isZero();
        assertThat(document.getInteger("schema")).isEqualTo(1);
        assertThat(document.getString("program")).isEqualTo("python3 eta.py");
        assertThat(document.getBoolean("fits")).isTrue();
        assertThat(document.getInteger("exit_code")).isZero();
        assertThat(document.getJsonObject("counts").getInteger("fail")).isZero();
        JsonObject starts = verdicts(document, "starts").get(0);
        assertThat(starts.getString("verdict")).isEqualTo("ok");
        assertThat(starts.getJsonObject("figures").getDouble("program_ms")).isPositive();
        assertThat(verdicts(document, "order").get(0).getJsonObject("figures").getInteger("wrong"))
                .isZero();
        assertThat(verdicts(document, "speed")).as("--quick").isEmpty();
    }

    @Test
    void aProgramThatDoesNotServeDoesNotFit() {
        CheckRun run = check(Map.of(), "--json", "--", "python3", "-c", "raise SystemExit('no model')");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(new JsonObject(run.output()).getBoolean("fits")).isFalse();
        JsonObject verdict = verdicts(new JsonObject(run.output()), "starts").get(0);
        assertThat(verdict.getString("verdict")).isEqualTo("fail");
        assertThat(verdict.getString("seen")).contains("it ended with exit code 1");
        assertThat(verdict.getString("seen")).contains("no model");
    }

    @Test
    void aProgramThatIsNotThereIsSaidToBeSo() {
        CheckRun run = check(Map.of(), "--", "not-there");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said()).contains("fail starts the program \"not-there\" was not found on the PATH");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--bogus -- cat; is not an option of merlin-adapter",
                "--quick; there is no program to run",
                "--request=@not-there.json -- cat; --request is \"@not-there.json\", which can't be read",
                "--request={ -- cat; --request is \"{\", which is not JSON",
                "--request -- cat; --request has no value",
                "--http-port=8012 -- cat; 8012"
            })
    void wrongOptionsStartNothing(String words, String fault) {
        CheckRun run = check(Map.of(), words.split(" "));

        assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
        assertThat(run.errors()).contains(fault);
        assertThat(run.output()).isEmpty();
    }

    @Test
    void itsHelpIsItsOwn() {
        CheckRun run = check(Map.of(), "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.output()).startsWith("Usage: merlin-adapter check ").contains("--upi-request");
        assertThat(run.output().lines()).allMatch(line -> line.length() <= 120);
    }

    @Test
    void aWarningIsAFailureWhereThatIsAskedFor() {
        CheckRun strict = check(Map.of(), "--quick", "--strict", "--", "python3", "-c", CARELESS);

        assertThat(strict.exitCode()).as(strict.output()).isEqualTo(1);
        assertThat(strict.said())
                .contains("warn survives {}: the program ended: KeyError: 'instances'")
                .contains("It will not serve as it is: no failures, ");
    }

    @Test
    void aFirstAnswerThatIsSlowWithOneCopyOnlyIsNoWarning() {
        String once = "import json, os, sys, time\nfor line in sys.stdin:\n if not os.path.exists('been'):"
                + " open('been', 'w').close(); time.sleep(1)\n print(json.dumps({'predictions': [1, 2]}), flush=True)";
        CheckRun run = check(Map.of(), "--quick", "--protocol=http_json", "--", "python3", "-c", once);

        assertThat(run.said()).contains("ok answers request.json: 200 after ").doesNotContain("loads something");
        assertThat(folder.resolve("been")).exists();
    }

    @Test
    @Tag("all")
    void aProgramThatIsSlowServesIfCallersWaitThatLong() {
        String slow = "import json, sys, time\nfor line in sys.stdin:\n time.sleep(3)\n rows = json.loads(line)"
                + ".get('instances', [])\n print(json.dumps({'predictions': rows}), flush=True)";
        CheckRun run = check(Map.of(), "--quick", "--protocol=http_json", "--", "python3", "-c", slow);

        assertThat(run.said()).contains("two at a time: 200").contains("It will serve: no failures");
    }

    @Test
    void onATerminalThereAreColoursAndAProgressLineUnlessTheyAreUnwanted() throws Exception {
        String colourful = onTerminal(Map.of(), 0, "--quick", "--", "python3", "eta.py");
        String plain = onTerminal(Map.of("NO_COLOR", "1"), 1, "--", "not-there");

        assertThat(colourful)
                .contains(ESCAPE + "[32mok")
                .contains("\r" + ESCAPE + "[K")
                .contains("#");
        assertThat(plain).doesNotContain(ESCAPE + "[3").contains("fail  starts");
    }

    private String onTerminal(Map<String, String> environment, int exitCode, String... arguments) throws Exception {
        List<String> words = CheckRun.command(List.of(arguments));
        Path typescript = folder.resolve("typescript");
        Process process = CheckRun.builder(
                        folder, environment, List.of("script", "-qec", String.join(" ", words), typescript.toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor(AdapterProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(exitCode);
        return Files.readString(typescript);
    }

    @Test
    void aSignalEndsItAndTheProgram() throws Exception {
        String mark = UUID.randomUUID().toString();
        Path output = folder.resolve("output");
        Process process = CheckRun.builder(
                        folder,
                        Map.of(Processes.MARK, mark),
                        CheckRun.command(List.of("--", "sh", "-c", "touch started; exec sleep 300")))
                .redirectOutput(output.toFile())
                .start();
        while (!Files.exists(folder.resolve("started"))) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS)).isFalse();
        }
        // Not SIGINT: whoever runs the tests in the background has it ignored in all that is started.
        Processes.signal(process.pid(), "TERM");

        assertThat(process.waitFor(AdapterProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(Files.readString(output)).contains("Stopped before the end");
        assertThat(Processes.marked(mark)).isEmpty();
    }

    @Test
    void theProgramGetsTheEnvironmentAndTheOptionsThatItWouldBeServedWith() {
        CheckRun run =
                check(Map.of("CARAML_HTTP_PORT", "8088", "WORKERS", "2"), "--quick", "--", "python3", "-c", CARELESS);

        assertThat(run.exitCode())
                .as("a warning is none by itself: " + run.output())
                .isZero();
        assertThat(run.said())
                .contains("\"port\": \"8088\"")
                .contains("; 2 workers")
                .contains("warn survives {}: the program ended: KeyError: 'instances'");
    }
}
