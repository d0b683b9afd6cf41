package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ShellWordsTest {

    static Stream<Arguments> lines() {
        return Stream.of(
                line(""),
                line(" \t\n "),
                line("a", "a"),
                line(" a  b\tc\nd\r ", "a", "b", "c", "d"),
                line("'a b' \"c d\"", "a b", "c d"),
                line("''", ""),
                line("a '' \"\" b", "a", "", "", "b"),
                line("a'b c'd\"e f\"g", "ab cde fg"),
                line("a\\ b", "a b"),
                line("\\'a\\\"", "'a\""),
                line("'a\\b'", "a\\b"),
                line("'a\"b'", "a\"b"),
                line("\"a'b\"", "a'b"),
                line("\"a\\\"b\\\\c\\nd\\$e\\`\"", "a\"b\\c\\nd$e`"),
                line("a\\", "a\\"),
                line("\\", "\\"),
                line("$HOME `x` $(y) *.py ~ a;b|c>d #e", "$HOME", "`x`", "$(y)", "*.py", "~", "a;b|c>d", "#e"),
                line("héllo 'wörld 🚕'", "héllo", "wörld 🚕"));
    }

    private static Arguments line(String line, String... words) {
        return Arguments.of(line, words);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void wordsAreSplitAsAShellWould(String line, String[] words) throws Exception {
        assertThat(ShellWords.split(line)).containsExactly(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'a      | ' | 1",
                "a \"b   | \" | 3",
                "a 'b' ' | ' | 7",
                "\"a\\\" | \" | 1",
                "it's    | ' | 3",
            })
    void anUnclosedQuoteIsRefusedWithItsPlace(String line, char quote, int column) {
        assertThatThrownBy(() -> ShellWords.split(line))
                .isInstanceOf(ShellWords.UnclosedQuoteException.class)
                .hasMessage("the quote " + quote + " at character " + column + " is never closed");
    }
}
