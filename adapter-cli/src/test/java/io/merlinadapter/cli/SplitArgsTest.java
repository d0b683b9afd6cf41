package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Options;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitArgsTest {

    private static final Map<String, String> MERLIN =
            Map.of("MERLIN_MODEL_NAME", "fares-1", "CARAML_MODEL_NAME", "fares");

    /** What somebody logs as args, and the words that the program should get; words are separated by |. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "python3 p.py --t 0.7;                python3|p.py|--t|0.7",
                "python3  p.py   -v;                  python3|p.py|-v",
                "` python3 p.py `;                    python3|p.py",
                "python3 'my model.py';               python3|my model.py",
                "python3 p.py --name \"a  b\";        python3|p.py|--name|a  b",
                "python3  p.py '';                    python3|p.py|",
                "python3 p.py --x=\"1 \" 'y';         python3|p.py|--x=1 |y",
                "jq -c '{total: (.a + .b)}';          jq|-c|{total: (.a + .b)}",
                "--workers 2 -- sh -c 'a \"b\" c';    sh|-c|a \"b\" c",
                "--workers='2' python3 p.py;          python3|p.py",
                "--workers='2' p --json {\"a\":1};     p|--json|{a:1}",
                "--warmup '{\"a\": 1}' -- python3 p;  python3|p",
                "python3 a\\ b 'c d';                 python3|a b|c d",
            })
    void aCommandLineSplitByMerlinIsPutTogetherAgain(String logged, String expected) {
        Resolved resolved = Resolving.run(Arrays.asList(logged.split(" ", -1)), MERLIN);

        assertThat(resolved.config().command()).containsExactly(expected.split("\\|", -1));
    }

    @Test
    void aNoticeShowsWhatWasMadeOfIt() {
        assertThat(Resolving.run(List.of("--workers", "'2'", "--", "python3", "'my", "model.py'"), MERLIN)
                        .notices())
                .containsExactly("the arguments look split at each space, as by Merlin, and were put together again;"
                        + " --split-args=never, or the variable ADAPTER_SPLIT_ARGS=never, leaves them as they came; the"
                        + " program is python3 \"my model.py\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "python3|p.py|--json|{\"a\":1}",
                "python3|p.py|--json|{\"a\":",
                "python3|p.py|--names|[\"it's\",\"you\"]",
                "python3|p.py|it\\'s",
                "jq|-c|.[\"total\"]|\"\"",
            })
    void argumentsThatAreWholeKeepTheirQuotes(String words) {
        List<String> command = List.of(words.split("\\|"));

        Resolved resolved = Resolving.run(command, MERLIN);

        assertThat(resolved.config().command()).isEqualTo(command);
        assertThat(resolved.putTogether()).isNull();
    }

    @Test
    void quotesAroundAWholeArgumentArePassedOnAndSaid() {
        Resolved resolved = Resolving.run(List.of("python3", "p.py", "--x=\"1\"", "'{\"a\":1}'", "{\"b\":2}"), MERLIN);

        assertThat(resolved.config().command())
                .containsExactly("python3", "p.py", "--x=\"1\"", "'{\"a\":1}'", "{\"b\":2}");
        assertThat(resolved.notices())
                .singleElement()
                .asString()
                .contains("the quotes around \"--x=\"1\"\", \"'{\"a\":1}'\" are passed on")
                .contains("--split-args=always");
    }

    /** The option itself can't be used with its quotes, and can without. */
    @Test
    void quotesThatMakeAnOptionFaultyAreTakenAway() {
        Resolved resolved = Resolving.run(List.of("--warmup='{\"instances\":[]}'", "--", "cat"), MERLIN);

        assertThat(resolved.config().get(Options.WARMUP)).hasValue("{\"instances\":[]}");
        assertThat(resolved.putTogether()).isNotNull();
    }

    @Test
    void whatIsFaultyEitherWayIsToldAsItCame() {
        assertThat(Resolving.faults(List.of("--warmup='{\"instances\":'", "--", "cat"), MERLIN))
                .contains("--warmup is \"'{\"instances\":'\"")
                .doesNotContain("put together");
    }

    @ParameterizedTest
    @ValueSource(strings = {"MERLIN_MODEL_NAME", "MERLIN_PREDICTOR_PORT"})
    void whatOnlyMerlinSetsIsItsSign(String variable) {
        assertThat(Resolving.run(List.of("echo", "'a", "b'"), Map.of(variable, "8080"))
                        .config()
                        .command())
                .containsExactly("echo", "a b");
    }

    /** People set these to name their model, wherever it runs. */
    @Test
    void theNameOfAModelIsNoSignOfMerlin() {
        Map<String, String> named = Map.of(
                "CARAML_MODEL_NAME",
                "m",
                "CARAML_MODEL_VERSION",
                "1",
                "CARAML_MODEL_FULL_NAME",
                "m-1",
                "K_SERVICE",
                "m");

        assertThat(Resolving.run(List.of("python3", "a.py", "--json", "{\"a\":1}", "'x", "y'", ""), named)
                        .config()
                        .command())
                .containsExactly("python3", "a.py", "--json", "{\"a\":1}", "'x", "y'", "");
    }

    @Test
    void everyFaultBehindItNamesTheWayOut() {
        assertThat(Resolving.faults(List.of("--warmup={\"a\":", "\"b", "c\"}", "--", "cat"), MERLIN))
                .contains("--warmup is \"{a:\"")
                .contains("Note that the arguments look split at each space, as by Merlin, and were put together again")
                .contains("--split-args=never");
    }

    @Test
    void aLineWithoutQuotesOrGapsIsLeftAlone() {
        Resolved resolved = Resolving.run(List.of("python3", "a\\", "b"), MERLIN);

        assertThat(resolved.config().command()).containsExactly("python3", "a\\", "b");
        assertThat(resolved.notices()).isEmpty();
    }

    @Test
    void anArgumentWithASpaceShowsThatNobodySplitTheLine() {
        assertThat(Resolving.run(List.of("sh", "-c", "echo 'x'", ""), MERLIN)
                        .config()
                        .command())
                .containsExactly("sh", "-c", "echo 'x'", "");
    }

    @Test
    void outsideOfMerlinNothingIsPutTogether() {
        assertThat(Resolving.run("python3", "'my", "model.py'", "").config().command())
                .containsExactly("python3", "'my", "model.py'", "");
    }

    @ParameterizedTest
    @CsvSource({
        "--split-args=never",
        "--split-args=NEVER",
        "--workers=2 --split-args never",
        "--host x --split-args never",
        "--retry-on-worker-loss --split-args never",
        "--retry-on-worker-loss=false --split-args never"
    })
    void theFlagForbidsIt(String flags) {
        List<String> args = new ArrayList<>(List.of(flags.split(" ")));
        args.addAll(List.of("echo", "it's", ""));

        assertThat(Resolving.run(args, MERLIN).config().command()).containsExactly("echo", "it's", "");
    }

    @Test
    void theVariableForbidsItAndTheFlagWins() {
        Map<String, String> env = Map.of("MERLIN_MODEL_NAME", "fares", "ADAPTER_SPLIT_ARGS", "never");

        assertThat(Resolving.run(List.of("echo", "'a", "b'"), env).config().command())
                .containsExactly("echo", "'a", "b'");
        assertThat(Resolving.run(List.of("--split-args=auto", "echo", "'a", "b'"), env)
                        .config()
                        .command())
                .containsExactly("echo", "a b");
    }

    @Test
    void alwaysWorksWithoutMerlin() {
        assertThat(Resolving.run("--split-args=always", "echo", "'a", "b'")
                        .config()
                        .command())
                .containsExactly("echo", "a b");
    }

    @Test
    void theProgramsOwnFlagOfThatNameIsNotOurs() {
        assertThat(Resolving.run(List.of("echo", "--split-args=never", "'a", "b'"), MERLIN)
                        .config()
                        .command())
                .containsExactly("echo", "--split-args=never", "a b");
        assertThat(Resolving.run(List.of("--", "echo", "--split-args", "never", "'a", "b'"), MERLIN)
                        .config()
                        .command())
                .containsExactly("echo", "--split-args", "never", "a b");
    }

    @Test
    void anUnclosedQuoteIsTheOnlyFaultOfTheArguments() {
        assertThat(Resolving.faults(List.of("python3", "--say=it's"), MERLIN))
                .contains("has a fault\n")
                .contains("the quote ' at character 17 is never closed in \"python3 --say=it's\"")
                .contains("ADAPTER_SPLIT_ARGS=never");
    }
}
