package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.scripted.LogCapture;
import io.vertx.core.Future;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the first programs of their authors get wrong, and what a caller reads then: in real languages, and long before the
 * deadline, which is {@link CoreHarness#PATIENCE} away.
 */
class FirstHourIT {
    private static final String LOOP = "import sys, json, os\nfor line in sys.stdin:\n  r = {'predictions': [11]}\n  ";

    private static final String NODE = "require('readline').createInterface({input: process.stdin}).on('line', l => {"
            + " const r = {predictions: [11]}; ";

    private final CoreHarness.Options options = new CoreHarness.Options();

    private static Arguments program(String name, String sentence, String... command) {
        return Arguments.of(name, sentence, List.of(command));
    }

    private static Arguments python(String name, String sentence, String last) {
        return program(name, sentence, "python3", "-c", LOOP + last);
    }

    static Stream<Arguments> programsWhoseRepliesAreNone() {
        return Stream.of(
                python("a trailing comma", "leave out the last comma", "print('{\"p\":1,}')"),
                python("a dict", "json.dumps", "print(r)"),
                python(
                        "UTF-16",
                        "have the program write UTF-8",
                        "os.write(1, (json.dumps(r) + '\\n').encode('utf-16'))"),
                python("no end of line", "no end of line", "sys.stdout.write(json.dumps(r)); sys.stdout.flush()"),
                python("a breakpoint", "it stands in a debugger", "breakpoint(); print(json.dumps(r))"),
                program(
                        "a prompt",
                        "the prompt of input",
                        "python3",
                        "-c",
                        "while True:\n  l=input('> ')\n  print('{}')"),
                program("an object of Node", "JSON.stringify", "node", "-e", NODE + "console.log(r)})"),
                program("colours of jq", "it has colours", "jq", "--unbuffered", "-cC", "{p: 1}"),
                program(
                        "what R prints",
                        "toJSON",
                        "Rscript",
                        "-e",
                        "con <- file('stdin', 'r'); while (length(l <- readLines(con, n = 1)) > 0) print(11)"));
    }

    static Stream<Arguments> otherProgramsWhoseRepliesAreNone() {
        return Stream.of(
                python("a raw tab", "raw control character", "print('{\"p\":\"a\\tb\"}')"),
                python("a NUL byte", "a NUL byte", "sys.stdout.write('{\"p\":1}\\0\\n'); sys.stdout.flush()"),
                python("two replies", "one reply for each request", "print('{\"p\":1} {\"p\":2}')"),
                python("a list", "a JSON array is no reply", "print(json.dumps([11]))"),
                python("a number", "a bare number is no reply", "print(11)"),
                python("colours", "it has colours in it", "print('\\x1b[32m' + json.dumps(r) + '\\x1b[0m')"),
                python(
                        "progress",
                        "write progress to stderr",
                        "print('\\r 50%', end=''); print('\\r' + json.dumps(r))"),
                python("indentation", "a reply is one line", "print(json.dumps(r, indent=2))"),
                python("a carriage return", "no end of line but \\r", "print(json.dumps(r), end='\\r')"),
                python("a NUL for an end", "but a NUL byte", "print(json.dumps(r), end='\\0')"),
                program("a text of Node", "JSON.stringify", "node", "-e", NODE + "console.log('' + r)})"),
                program("a hash of Ruby", "to_json", "ruby", "-e", "$stdout.sync=true; while gets; p({'a' => 1}); end"),
                program("a reference of Perl", "encode_json", "perl", "-ne", "$|=1; $r = {p => 1}; print \"$r\\n\""),
                program("many lines of jq", "a reply is one line", "jq", "--unbuffered", "{p: 1}"));
    }

    private static void needs(String program) {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))),
                program + " is not installed");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programsWhoseRepliesAreNone")
    void eachOfItsCallersIsToldSoon(String name, String sentence, List<String> command) {
        needs(command.get(0));
        options.command = command;
        try (CoreHarness rig = options.serve()) {
            for (int i = 0; i < 2; i++) {
                PredictException failure = rig.failure("{\"n\":" + i + "}");
                assertThat(failure.kind()).as(failure.reason()).isEqualTo(FailureKind.BAD_REPLY);
                assertThat(failure.reason()).contains(sentence);
            }
            assertThat(rig.metric("adapter_worker_deaths_total")).isZero();
        }
    }

    @Tag("all")
    @ParameterizedTest(name = "{0}")
    @MethodSource("otherProgramsWhoseRepliesAreNone")
    void soIsEachOfTheirs(String name, String sentence, List<String> command) {
        eachOfItsCallersIsToldSoon(name, sentence, command);
    }

    static Stream<Arguments> programsThatWork() {
        return Stream.of(
                program("a mark first", "", "python3", "-c", LOOP + "os.write(1, b'\\xef\\xbb\\xbf' + line.encode())"),
                program("a dict before", "", "python3", "-c", LOOP + "print(r); print(line, end='')"),
                program(
                        "the request before",
                        "",
                        "python3",
                        "-c",
                        LOOP + "print('got', line, end=''); print(line, end='')"),
                program("a part before", "", "python3", "-c", LOOP + "print(line[:4]); print(line, end='')"),
                program("in pieces", "", "python3", "-c", LOOP + "print(line[:4], end=''); print(line[4:], end='')"),
                program("blank lines", "", "python3", "-c", LOOP + "print(); print(line)"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("programsThatWork")
    void aProgramThatWorksIsNotDisturbed(String name, String none, List<String> command) {
        options.command = command;
        options.maxInFlight = 2;
        try (CoreHarness rig = options.serve()) {
            rig.answer("{\"n\":0}");
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 1; i < 50; i++) {
                answers.add(rig.predict("{\"n\":" + i + "}"));
            }
            for (int i = 1; i < 50; i++) {
                assertThat(rig.await(answers.get(i - 1))).isEqualTo("{\"n\":" + i + "}");
            }
            assertThat(rig.metric("adapter_worker_deaths_total")).isZero();
        }
    }

    @Test
    void aSlowFirstAnswerBehindALineForDebuggingCostsAtMostACallAndNobodyGetsAnothers() {
        options.command = List.of(
                "python3",
                "-c",
                "import sys, time\nfirst = True\nfor line in sys.stdin:\n  print({'got': line}); time.sleep(2.5 if first"
                        + " else 0.01); first = False; print(line, end='')");
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                answers.add(rig.predict("{\"n\":" + i + "}"));
            }
            int told = 0;
            for (int i = 0; i < 40; i++) {
                Future<String> answer = answers.get(i);
                rig.await(answer.otherwiseEmpty());
                if (answer.succeeded()) {
                    assertThat(answer.result()).isEqualTo("{\"n\":" + i + "}");
                } else {
                    told++;
                }
            }
            assertThat(told).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void whoeverCallsAtOnceGetsItsOwnAnswerOrAReason() {
        options.workers = 2;
        options.command = List.of("python3", "-c", """
                import sys, time, random
                for line in sys.stdin:
                  k = random.random()
                  if k < .1: print(line.strip() + ' // ' + line.strip()); continue
                  if k < .2: print('{"debug": ' + line.strip())
                  if k < .3: print({'debug': line}); time.sleep(.15)
                  print(line, end='')
                """);
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                answers.add(rig.predict("{\"n\":" + i + "}", Duration.ofSeconds(20)));
            }
            int answered = 0;
            for (int i = 0; i < 60; i++) {
                Future<String> answer = answers.get(i);
                rig.await(answer.otherwiseEmpty());
                if (answer.succeeded()) {
                    answered++;
                    assertThat(answer.result()).isEqualTo("{\"n\":" + i + "}");
                }
            }
            assertThat(answered).isPositive();
        }
    }

    @Test
    void aProgramThatAnswersOnceIsToldToReadOn() {
        options.command = List.of("sh", "-c", "read l; echo '{\"p\":1}'");
        try (LogCapture log = new LogCapture(Worker.class);
                LogCapture pool = new LogCapture(WorkerPool.class);
                CoreHarness rig = options.serve()) {
            for (int i = 0; i < 4; i++) {
                assertThat(rig.answer("{}")).isEqualTo("{\"p\":1}");
                int lives = i + 1;
                rig.until(() -> rig.metric("adapter_worker_deaths_total") == lives);
            }
            assertThat(log.messages())
                    .filteredOn(line -> line.contains("the program ends after each answer"))
                    .hasSize(1);
            assertThat(pool.messages())
                    .anyMatch(line -> line.contains("it ended with exit code 0, by itself: a program must read lines"));
        }
    }

    @Test
    void theStdinOfRIsNamed() {
        needs("Rscript");
        options.command = List.of("Rscript", "-e", "while (length(l <- readLines(stdin(), n = 1)) > 0) cat('{}\\n')");
        options.giveUpAfter = 1;
        options.settle = PATIENCE_FOR_R;
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).detailed()).contains("by itself", "file(\"stdin\")");
        }
    }

    @Test
    void theReadlineOfRIsNamed() {
        needs("Rscript");
        options.command =
                List.of("Rscript", "-e", "if (readline() == '') stop('parse error: premature EOF') else cat('{}\\n')");
        options.giveUpAfter = 1;
        options.settle = PATIENCE_FOR_R;
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).detailed())
                    .contains("file(\"stdin\"): readline()", "stderr: Error: parse error")
                    .doesNotContain("halted");
        }
    }

    private static final Duration PATIENCE_FOR_R = Duration.ofSeconds(60);

    @Test
    void aProgramThatListensOnAPortIsNamed() {
        options.command = List.of("python3", "-m", "http.server", "--bind", "127.0.0.1", "0");
        try (LogCapture log = new LogCapture(SilenceLog.class);
                CoreHarness rig = options.serve()) {
            PredictCall call = rig.call("{}", CoreHarness.PATIENCE);
            rig.until(() -> log.messages().stream().anyMatch(line -> line.contains("listens on port")));
            call.cancel();
        }
    }

    @Test
    void anErrorOfJqIsCounted() {
        needs("jq");
        options.command = List.of("jq", "--unbuffered", "-c", ".a + 1");
        try (CoreHarness rig = options.serve()) {
            PredictException failure = rig.failure(rig.predict("{\"a\":{}}", Duration.ofSeconds(3)));
            assertThat(failure.reason()).contains("nothing to its stdout since, and 1 line to its stderr");
        }
    }

    @Test
    void aReaderWithALimitIsNamed(@TempDir Path folder) throws Exception {
        needs("go");
        Path source = Files.writeString(
                folder.resolve("scan.go"),
                "package main\nimport (\"bufio\"; \"fmt\"; \"os\")\nfunc main() { s := bufio.NewScanner(os.Stdin);"
                        + " for s.Scan() { fmt.Println(\"{}\") } }\n");
        Path program = folder.resolve("scan");
        ProcessBuilder build = new ProcessBuilder("go", "build", "-o", program.toString(), source.toString());
        build.environment().putIfAbsent("GOCACHE", folder.resolve("cache").toString());
        build.environment().put("GOTOOLCHAIN", "local");
        assumeTrue(build.inheritIO().start().waitFor() == 0, "go can't build");
        options.command = List.of(program.toString());
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer("{}")).isEqualTo("{}");
            PredictException failure = rig.failure("{\"a\":\"" + "x".repeat(149_000) + "\"}");
            assertThat(failure.reason())
                    .contains("exit code 0, by itself", "149008 bytes", "bufio.Scanner", "nothing to its stderr");
        }
    }

    @Test
    void oneThatSpeaksTheOtherFormatIsNamed() {
        options.rpc = true;
        options.giveUpAfter = 1;
        options.command = List.of(
                "python3", "-c", "import sys, json\nfor line in sys.stdin: print(json.loads(line)['instances'])");
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).detailed())
                    .contains("while it was asked to initialize; does it speak JSON-RPC");
        }
        options.rpc = false;
        options.command =
                List.of("python3", "-c", "import sys, json\nfor line in sys.stdin: print(json.loads(line)['method'])");
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.failure("{}").reason())
                    .contains("exit code 1; does it speak JSON-RPC? Then set --format=jsonrpc");
        }
    }

    @Test
    void oneThatKeepsEndingIsSaidToEnd() {
        options.command = List.of(
                "python3",
                "-c",
                "import argparse, time; time.sleep(.3); argparse.ArgumentParser().parse_args()",
                "--x=1");
        options.giveUpAfter = 0;
        try (CoreHarness rig = options.start()) {
            PredictException failure = rig.failure(rig.predict("{}", Duration.ofSeconds(8)));
            assertThat(failure.reason()).contains("it ended with exit code 2").doesNotContain("does it flush");
        }
    }
}
