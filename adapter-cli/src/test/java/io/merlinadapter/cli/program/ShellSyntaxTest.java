package io.merlinadapter.cli.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Words that only a shell understands, where none is involved. */
class ShellSyntaxTest {
    private static final Map<String, String> ENV = Map.of("HOME", "/root", "CARAML_ARTIFACT_LOCATION", "/mnt/models");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "cd | \"cd\" is a builtin of the shell, and no shell is involved; start the adapter in that folder (WORKDIR in"
                        + " an image), or write sh -c 'cd … && exec …'",
                "export | \"export\" is a builtin of the shell, and no shell is involved; write env NAME=… before the program",
                "source | \"source\" is a builtin of the shell, and no shell is involved; name the program of the environment",
                ". | \".\" is a builtin of the shell",
                "exec | \"exec\" is a builtin of the shell, and no shell is involved; leave the word out",
                "ulimit | \"ulimit\" is a builtin of the shell, and no shell is involved; write sh -c 'ulimit … && exec …'",
                "set | \"set\" is a builtin of the shell",
                "if | \"if\" is a word of the shell, and no shell is involved; write sh -c '…' around the line",
                "while | \"while\" is a word of the shell",
                "time | \"time\" is a word of the shell, and no shell is involved; leave the word out",
                "FOO=1 | \"FOO=…\" sets a variable, as only a shell does, and none is involved; write env FOO=… before the"
                        + " program, or set the variable for the adapter: the program gets it too",
                "API_KEY=s3cret | \"API_KEY=…\" sets a variable",
                "PATH+=:/x | \"PATH=…\" sets a variable",
                "~/x.py | \"~/x.py\" is not there: a shell puts a home folder in place of ~, and none is involved",
                "~model/x | \"~model/x\" is not there: a shell puts a home folder",
                "$HOME/x.py | \"$HOME/x.py\" is not there: a shell replaces what begins with $, and none is involved; write",
                "${HOME}/x.py | \"${HOME}/x.py\" is not there: a shell replaces",
                "/opt/$NAME/x | \"/opt/$NAME/x\" is not there: a shell replaces",
                "$(which python3) | \"$(which python3)\" is not there: a shell replaces",
                "&& | \"&&\" is an operator of the shell, and no shell is involved; write sh -c '…' around the line",
                ">log | \">log\" is an operator of the shell",
            })
    void asAProgramEachGetsItsOwnSentence(String word, String sentence) {
        assertThat(ShellSyntax.describe(word)).startsWith(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"python3", "./x.py", "cdx", "=", "-x=1", "./a=b", "x~", "a$", "cost$5"})
    void aProgramIsNone(String word) {
        assertThat(ShellSyntax.describe(word)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "|",
                "||",
                "&&",
                "&",
                ";",
                ">",
                ">>",
                "<",
                "<<<",
                "2>",
                "2>&1",
                ">&2",
                "&>",
                "2>/dev/null",
                ">log",
                "|tee"
            })
    void operatorsAmongTheArgumentsAreNoticed(String word) {
        assertThat(ShellSyntax.notices(List.of("python3", "x.py", word, "y"), ENV))
                .containsExactly("the program gets \"" + word
                        + "\" as it is: no shell is involved that would act on it; for one,"
                        + " write sh -c '…' around the line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "~",
                "~/m.pkl",
                "$HOME",
                "${HOME}/x",
                "$HOME/x",
                "--model=$CARAML_ARTIFACT_LOCATION/m.pkl",
                "$HOME:/x"
            })
    void variablesAmongTheArgumentsAreNoticedIfTheyExist(String word) {
        assertThat(ShellSyntax.notices(List.of("python3", word), ENV))
                .containsExactly("the program gets \"" + word
                        + "\" as it is: no shell is involved that would replace it; for one,"
                        + " write sh -c '…' around the line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a | b",
                "$x",
                "$NONE/x",
                ".a > 5",
                "{print $HOME}",
                "a|b",
                "<html>",
                "x&y",
                "--",
                "-",
                "{\"a\":1}",
                "a;",
                "--help",
                "--workersx=2",
                "x~/y",
                "$HOMER"
            })
    void otherArgumentsAreNot(String word) {
        assertThat(ShellSyntax.notices(List.of("jq", word), ENV)).isEmpty();
    }

    @Test
    void optionsOfOursBehindTheProgramAreNoticedTogether() {
        assertThat(ShellSyntax.notices(
                        List.of("python3", "x.py", "--workers=2", "--access-log", "--warmup", "{}"), ENV))
                .containsExactly(
                        "the program gets --workers=2, --access-log, --warmup, which stands behind its name; options of"
                                + " merlin-adapter come before the program");
        assertThat(ShellSyntax.notices(List.of("bin/merlin-adapter", "--workers=2"), ENV))
                .isEmpty();
    }
}
