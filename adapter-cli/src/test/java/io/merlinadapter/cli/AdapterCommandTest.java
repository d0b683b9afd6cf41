package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.config.Faults;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.run.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdapterCommandTest {

    @Test
    void optionsEndAtTheFirstWordThatIsNotOne() {
        Resolved resolved = Resolving.run("--workers", "2", "python3", "p.py", "--workers=9", "--", "-h", "", "a b");

        assertThat(resolved.config().command())
                .containsExactly("python3", "p.py", "--workers=9", "--", "-h", "", "a b");
        assertThat(resolved.config().get(Options.WORKERS)).isEqualTo(2);
    }

    @Test
    void twoDashesEndTheOptions() {
        assertThat(Resolving.run("--workers=2", "--", "--version", "--", "@x")
                        .config()
                        .command())
                .containsExactly("--version", "--", "@x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--",
                "-- a",
                "-- --",
                "-- -h",
                "a",
                "a -h",
                "a --",
                "-",
                "a,b -x=1",
                "@a --workers=2",
                "--workers=2"
            })
    void aCommandLineIsUnderstoodAsTheParserWouldWhetherThatIsNeededOrNot(String line) {
        List<String> args = line.isEmpty() ? List.of() : List.of(line.split(" "));
        Faults faults = new Faults();

        assertThat(Configuration.parse(args, faults)).isEqualTo(new AdapterCommand().parse(args, new Faults()));
        assertThat(faults.isEmpty()).isTrue();
    }

    @Test
    void wordsOfTheProgramAreLeftAsTheyAre() {
        String[] words = {"p", "@file", "'q'", "\"q\"", "${HOME}", "a,b", "%d", "$(x)"};

        assertThat(Resolving.run(words).config().command()).containsExactly(words);
    }

    @Test
    void theVariableHoldsTheCommandWhenTheArgumentsDoNot() {
        Map<String, String> env = Map.of("ADAPTER_COMMAND", "python3 'my model.py' --name \"a \\\"b\\\"\" $HOME");

        assertThat(Resolving.run(List.of("--workers=2"), env).config().command())
                .containsExactly("python3", "my model.py", "--name", "a \"b\"", "$HOME");
        assertThat(Resolving.run(List.of("other"), env).config().command()).containsExactly("other");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-h", "--help"})
    void helpGoesToStdoutEvenWhenTheRestIsFaulty(String flag) {
        Outcome.Exit exit = Resolving.exit(List.of("--workers=x", flag), Map.of("ADAPTER_SETTEL", "1"));

        assertThat(exit.code()).isEqualTo(ExitCode.OK);
        assertThat(exit.toStderr()).isFalse();
        assertThat(exit.text()).startsWith("Usage: merlin-adapter [options] [--] command args…\n");
    }

    @Test
    void helpNamesEveryOptionItsVariableItsDefaultAndTheExitCodes() {
        String help = new AdapterCommand().help(Terminal.USUAL_WIDTH);

        for (Option<?> option : Options.all()) {
            assertThat(help)
                    .containsPattern("\n  " + Pattern.quote(option.usage()) + "[ \n]")
                    .contains(" [" + option.variable() + ", default " + option.fallbackShown() + "]\n");
        }
        for (ExitCode exit : ExitCode.values()) {
            assertThat(help).contains("  " + exit.code() + "   " + exit.meaning() + "\n");
        }
        assertThat(help).contains("ADAPTER_COMMAND", "ADAPTER_JAVA_OPTS", "merlin-adapter python3 predict.py");
    }

    @Test
    void theShortHelpHasTheUsageAndTheOptionsThatMatterMost() {
        String help = Resolving.exit(List.of("-h"), Map.of()).text();

        for (Option<?> option : Options.all()) {
            boolean isThere = help.contains("\n  " + option.usage());
            assertThat(isThere).as(option.flag()).isEqualTo(Options.essential().contains(option));
        }
        assertThat(help)
                .contains("merlin-adapter python3 predict.py", "[CARAML_HTTP_PORT, default 8080]", "--print-config")
                .containsPattern("15\\s+of\\s+58\\s+options:\\s+merlin-adapter\\s+--help")
                .doesNotContain("Exit codes");
        assertThat(help.lines()).hasSizeLessThan(70);
        assertThat(Resolving.exit(List.of("-h", "--help"), Map.of()).text()).contains("Exit codes");
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 96, 200})
    void helpFitsIntoATerminal(int width) {
        for (String flag : List.of("-h", "--help")) {
            String help = Resolving.exit(List.of(flag), Map.of("COLUMNS", String.valueOf(width)))
                    .text();
            assertThat(help.lines())
                    .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(width))
                    .allSatisfy(line -> assertThat(line).doesNotEndWith(" "))
                    .anySatisfy(line -> assertThat(line).hasSizeGreaterThan(width - 15));
        }
    }

    @Test
    void theConfigurationIsPrintedWithoutStartingAnything() {
        Outcome.Exit exit = Resolving.exit(
                List.of("--print-config", "--workers=2", "p", "--token=S3cret"), Map.of("LOG_LEVEL", "debug"));

        assertThat(exit.code()).isEqualTo(ExitCode.OK);
        assertThat(exit.toStderr()).isFalse();
        assertThat(exit.text().lines())
                .hasSize(1 + Options.all().size())
                .startsWith("command=p --token=***")
                .contains("workers=2 (--workers)", "log-level=debug (LOG_LEVEL)", "queue-size=1000 (default)");
        assertThat(exit.text()).endsWith("\n");
    }

    @Test
    void theConfigurationNeedsNoProgramToBePrintedButNoFaultEither() {
        assertThat(Resolving.exit(List.of("--print-config"), Map.of()).text()).startsWith("command=unset\n");
        assertThat(Resolving.faults("--print-config", "--workers=0")).contains("has a fault\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-V", "--version"})
    void versionIsOneLineOnStdout(String flag) {
        Outcome.Exit exit = Resolving.exit(List.of(flag), Map.of());

        assertThat(exit.code()).isEqualTo(ExitCode.OK);
        assertThat(exit.toStderr()).isFalse();
        assertThat(exit.text()).matches("merlin-adapter \\d+\\.\\d+\\.\\d+\\S* \\((commit|built) .+, Java .+\\)\n");
    }

    @Test
    void theVersionNamesTheCommitAndSaysWhatDiffersFromIt() {
        String commit = "0123456789abcdef0123456789abcdef01234567";

        assertThat(Version.origin(commit)).isEqualTo("commit 0123456789ab");
        assertThat(Version.origin(commit + "-changed")).isEqualTo("commit 0123456789ab and changes");
        assertThat(Version.origin("none")).isEqualTo("built without git");
    }
}
