package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.protocol.JsonLines;
import io.vertx.core.Future;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs that write JSON which nobody asked for, and real programs that number their replies. */
class StrayIT {
    private static final int CALLS = 400;

    /** Answers {"predictions":[n]}, and writes STRAY once per life, 20 ms before an answer. */
    private static final String LOOP = """
            import json, sys, time
            def handle(line, seen=[0]):
              seen[0] += 1
              time.sleep(.002)
              if seen[0] == 100: print(STRAY); time.sleep(.02)
              print(json.dumps({'predictions': [json.loads(line)['n']]}))
            """;

    private static final String IN_A_LOOP = LOOP + "for line in sys.stdin: handle(line)\n";
    private static final String READING_AHEAD = LOOP + """
            import queue, threading
            lines = queue.SimpleQueue()
            def read():
              for line in sys.stdin: lines.put(line)
              lines.put(None)
            threading.Thread(target=read, daemon=True).start()
            while (line := lines.get()): handle(line)
            """;

    private final CoreHarness.Options options = new CoreHarness.Options();

    @BeforeEach
    void checksAsByDefault() {
        options.orderCheck = Duration.ofMillis(100);
    }

    private static void needs(String program) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is not installed");
    }

    private static List<String> python(String program, String stray) {
        return List.of("python3", "-u", "-c", "STRAY = '" + stray + "'\n" + program);
    }

    /** What became of many calls that were made at once. */
    private record Result(int right, int wrong, List<String> reasons) {}

    private static Result callMany(CoreHarness rig) {
        List<Future<String>> answers = new ArrayList<>();
        for (int n = 0; n < CALLS; n++) {
            answers.add(rig.predict("{\"n\":" + n + "}"));
        }
        int right = 0;
        int wrong = 0;
        List<String> reasons = new ArrayList<>();
        for (int n = 0; n < CALLS; n++) {
            Future<String> answer = answers.get(n);
            rig.await(answer.otherwiseEmpty());
            if (answer.failed()) {
                reasons.add(((PredictException) answer.cause()).reason());
            } else if (answer.result().equals("{\"predictions\": [" + n + "]}")) {
                right++;
            } else {
                wrong++;
            }
        }
        return new Result(right, wrong, reasons);
    }

    @ParameterizedTest
    @ValueSource(strings = {IN_A_LOOP, READING_AHEAD})
    void aLogLineInJsonReachesNobodyOfManyCallers(String program) {
        options.command = python(program, "{\"level\":\"info\",\"msg\":\"m\"}");
        try (CoreHarness rig = options.serve()) {
            Result result = callMany(rig);
            assertThat(result.wrong()).isZero();
            assertThat(result.reasons())
                    .isNotEmpty()
                    .allSatisfy(reason -> assertThat(reason)
                            .contains("it can't be told which of them is the reply", "--reply=predictions"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {IN_A_LOOP, READING_AHEAD})
    void anObjectThatLooksLikeAReplyIsFoundOut(String program) {
        options.command = python(program, "{\"predictions\":[\"stray\"]}");
        try (CoreHarness rig = options.serve()) {
            callMany(rig);
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "protocol") > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {IN_A_LOOP, READING_AHEAD})
    void aLogLineInJsonIsALogLineWhereOnlyPredictionsAreReplies(String program) {
        options.command = python(program, "{\"level\":\"info\",\"msg\":\"m\"}");
        options.kind = JsonLines.ReplyKind.PREDICTIONS;
        try (CoreHarness rig = options.serve()) {
            assertThat(callMany(rig).right()).isEqualTo(CALLS);
            assertThat(rig.metric("adapter_worker_deaths_total")).isZero();
        }
    }

    @Test
    void aProgramThatLogsJsonForEachRequestIsGivenUpWithThatReason() {
        options.command = List.of(
                "python3",
                "-u",
                "-c",
                "import sys\nfor line in sys.stdin: print('{\"level\":30,\"msg\":\"got it\"}'); print('{\"predictions\":[1]}')");
        try (CoreHarness rig = options.serve()) {
            // Nothing is known of the program yet.
            rig.await(rig.predict("{\"n\":1}").otherwiseEmpty());
            for (int i = 1; i < options.giveUpAfter; i++) {
                PredictException failure = rig.failure("{\"n\":1}");
                assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REPLY);
                assertThat(failure.reason()).contains("set --reply=predictions if only objects");
            }
            assertThat(rig.await(rig.pool.gaveUp()).reason())
                    .contains(
                            "5 starts in a row ended without a single answer",
                            "it wrote more JSON objects than it was asked for",
                            "--reply=predictions");
        }
    }

    static Stream<Arguments> programsThatNumberTheirReplies() {
        return Stream.of(
                Arguments.of(List.of(
                        "mawk",
                        "-W",
                        "interactive",
                        "{ split($0, a, /[:}]/); printf \"%d\\t{\\\"predictions\\\": [%d]}\\n\", NR, a[2] }")),
                Arguments.of(List.of(
                        "jq", "--unbuffered", "-r", "\"\\(input_line_number)\\t{\\\"predictions\\\": [\\(.n)]}\"")),
                Arguments.of(List.of(
                        "python3",
                        "-u",
                        "-c",
                        "import sys, json\nfor n, line in enumerate(sys.stdin, 1):\n  if n % 7 == 2:"
                                + " print(json.dumps({'level': 'info'}))\n  print(n,"
                                + " json.dumps({'predictions': [json.loads(line)['n']]}), sep='\\t')")));
    }

    @ParameterizedTest
    @MethodSource("programsThatNumberTheirReplies")
    void numberedRepliesNeedNoCheckAndNoCare(List<String> command) {
        needs(command.get(0));
        options.command = new ArrayList<>(command);
        options.maxInFlight = 4;
        try (CoreHarness rig = options.serve()) {
            Result result = callMany(rig);
            assertThat(result.reasons()).isEmpty();
            assertThat(result.right()).isEqualTo(CALLS);
            assertThat(rig.metric("adapter_worker_deaths_total")).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "awk, mawk -W interactive -f",
        "jq, jq --unbuffered -r -f",
        "python, python3",
        "js, node",
        "r, Rscript",
    })
    void theProgramsOfThePageNumberTheirReplies(String language, String interpreter, @TempDir Path folder)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(interpreter.split(" ")));
        needs(command.get(0));
        String page = Files.readString(Path.of(System.getProperty("project.root"), "docs/protocol.md"));
        String section = page.substring(page.indexOf("### Numbered replies"), page.indexOf("## The format jsonrpc"));
        String fence = "```" + language + "\n";
        int from = section.indexOf(fence) + fence.length();
        Path program =
                Files.writeString(folder.resolve("program"), section.substring(from, section.indexOf("```", from)));
        command.add(program.toString());
        options.command = command;
        try (CoreHarness rig = options.serve()) {
            for (int km = 2; km < 12; km++) {
                assertThat(rig.answer("{\"km\":" + km + "}").replace(" ", ""))
                        .isEqualTo("{\"predictions\":[" + (5 + 3 * km) + "]}");
            }
            assertThat(rig.metric("adapter_unusable_lines_total")).isZero();
        }
    }

    @Test
    void aReplyTooManyOfAProgramThatNumbersThemIsNobodysAtOnce() {
        options.command = List.of("python3", "-u", "-c", """
                import sys, json
                for n, line in enumerate(sys.stdin, 1):
                  reply = json.dumps({'predictions': [json.loads(line)['n']]})
                  if n == 50: print(n, '{"predictions":["stray"]}', sep='\\t')
                  print(n, reply, sep='\\t')
                """);
        options.maxInFlight = 4;
        try (CoreHarness rig = options.serve()) {
            Result result = callMany(rig);
            // A stray with the right number is taken for the answer; the true one then has the wrong number.
            assertThat(result.wrong()).isPositive().isLessThanOrEqualTo(CALLS / 50);
            assertThat(result.reasons())
                    .isNotEmpty()
                    .anySatisfy(reason -> assertThat(reason)
                            .contains("the number in front of it is 50, and line 51 was to be answered"));
        }
    }
}
