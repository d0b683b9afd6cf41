package io.merlinadapter.cli.it;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.CheckRun;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.SideBySide;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The vices of the supervision suite: a program that has one does not get through {@code check} without a word about it. */
@SideBySide
class CheckVicesIT {
    /** Words of the child, a sample that has it show its vice, options, and what is said. */
    private static Arguments vice(
            String name, List<String> child, String sample, List<String> options, String... says) {
        return Arguments.of(name, child, sample, options, List.of(says));
    }

    static Stream<Arguments> vices() {
        String good = "{\"token\":\"a\"}";
        List<String> none = List.of();
        return Stream.of(
                // StartContract
                vice(
                        "fails to import",
                        List.of("stderr=\"No module named model\\n\"", "exit=1"),
                        good,
                        none,
                        "fail starts it does not get ready: ",
                        "exit code 1",
                        "No module named model"),
                vice(
                        "is never ready",
                        List.of("stderr=\"loading\\n\"", "deaf"),
                        good,
                        List.of("--startup-timeout=2s"),
                        "it was not seen to wait for its input",
                        "loading"),
                vice("is ready and dies", List.of("exit_later=[300,7]"), good, none, "exit code 7"),
                vice(
                        "writes before it is asked",
                        List.of("banner"),
                        good,
                        none,
                        "it wrote a JSON object before it was asked"),
                // DeathContract, PoisonContract
                vice("ends with a request", none, does("['exit',0]"), none, "fail answers", "exit code 0"),
                vice("ends badly with a request", none, does("['exit',3]"), none, "fail answers", "exit code 3"),
                vice("crashes", none, does("['signal','SIGSEGV']"), none, "fail answers", "SIGSEGV"),
                vice(
                        "ends after its answer",
                        none,
                        does("['exit_later',[20,0]]", answer("last")),
                        none,
                        "the program ended after it had answered",
                        "exit code 0"),
                // SilenceContract
                vice(
                        "never answers",
                        none,
                        does(FOR_EVER),
                        List.of("--request-timeout=2s"),
                        "fail answers",
                        "it has written nothing to its stdout"),
                vice("closes its output", none, does("['close_replies',0]", FOR_EVER), none, "closed its stdout"),
                // OutputContract
                vice(
                        "answers twice",
                        none,
                        does(write("{\"a\":1}\n{\"b\":2}\n")),
                        none,
                        "more JSON objects than it was asked for"),
                vice(
                        "writes garbage before an answer",
                        none,
                        does(write("loading 3 of 5\n"), answer("a")),
                        none,
                        "warn output lines that are no replies came where replies come",
                        "loading 3 of 5"),
                vice(
                        "writes garbage for an answer",
                        none,
                        does(write("nonsense\n"), FOR_EVER),
                        List.of("--request-timeout=2s"),
                        "fail answers",
                        "it has written 1 line to its stdout"),
                vice(
                        "writes a line that is too long",
                        none,
                        does(write("{\"a\":\""), "['write_many',['x',3000000]]", write("\"}\n")),
                        List.of("--max-reply=1MiB"),
                        "fail answers",
                        "--max-reply"),
                vice(
                        "floods stderr",
                        none,
                        does("['stderr_many',['noise\\\\n',200000]]", answer("a")),
                        none,
                        "lines of its log were dropped"),
                // StopContract
                vice("ignores the end of its input", List.of("ignore-eof"), good, none, "but at SIGTERM, 2 s later"),
                vice("ignores everything", List.of("ignore-eof", "ignore-term"), good, none, "and was killed"),
                // MemoryContract
                vice("is answered with an error", none, does("['error',[500,'no']]"), none, "fail answers", "no"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vices")
    void eachViceIsFound(
            String name,
            List<String> child,
            String sample,
            List<String> options,
            List<String> says,
            @TempDir Path folder) {
        List<String> words = new ArrayList<>(List.of("--quick", "--settle=0.1s", "--request=" + sample));
        words.addAll(options);
        words.add("--");
        words.addAll(Children.command("scripted", child));

        CheckRun run = CheckRun.of(folder, Map.of(), words);

        assertThat(run.said()).as(run.output()).contains(says);
    }
}
