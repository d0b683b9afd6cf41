package io.merlinadapter.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextsTest {
    private static final String FACE = "😀";

    @Test
    void shortTextsStayAsTheyAre() {
        assertThat(Texts.shorten("abc", 3)).isEqualTo("abc");
        assertThat(Texts.head("", 0)).isEmpty();
        assertThat(Texts.shortenToBytes("äbc", 4)).isEqualTo("äbc");
        assertThat(Texts.quote("abc", 3)).isEqualTo("\"abc\"");
    }

    @Test
    void longTextsEndWithAnEllipsis() {
        assertThat(Texts.shorten("abcd", 3)).isEqualTo("abc…");
        assertThat(Texts.head("abcd", 3)).isEqualTo("abc");
        assertThat(Texts.quote("abcd", 3)).isEqualTo("\"abc…\"");
        assertThat(Texts.shorten("abcd", 0)).isEqualTo("…");
    }

    @Test
    void noPairOfSurrogatesIsSplit() {
        assertThat(Texts.shorten("a" + FACE + "b", 2)).isEqualTo("a…");
        assertThat(Texts.shorten("a" + FACE + "b", 3)).isEqualTo("a" + FACE + "…");
        assertThat(Texts.head(FACE, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "ä", "€", "😀"})
    void noCharacterIsSplitWhereverItIsCut(String character) {
        String text = character.repeat(20);
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        for (int most = 0; most <= utf8.length; most++) {
            String fitting = Texts.shortenToBytes(text, most);
            assertThat(fitting.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(most);
            assertThat(fitting.replace("…", "").replace(character, "")).isEmpty();
            assertThat(Texts.shorten(utf8, 0, utf8.length, most)
                            .replace("…", "")
                            .replace(character, ""))
                    .isEmpty();
        }
    }

    @Test
    void bytesAreReadFromTheirOffset() {
        byte[] utf8 = "xxäöüyy".getBytes(StandardCharsets.UTF_8);
        assertThat(Texts.shorten(utf8, 2, 6, 6)).isEqualTo("äöü");
        assertThat(Texts.shorten(utf8, 2, 6, 5)).isEqualTo("äö…");
        assertThat(Texts.cut(utf8, 2, 6, 3)).isEqualTo(4);
        assertThat(Texts.cut(utf8, 2, 6, 9)).isEqualTo(8);
    }

    @Test
    void bytesThatAreNoCharactersAtAllAreCutWithoutEnd() {
        byte[] continued = {(byte) 0x80, (byte) 0x80, (byte) 0x80};
        assertThat(Texts.cut(continued, 0, 3, 2)).isZero();
    }

    @Test
    void oneLineHasSpacesForControlCharacters() {
        assertThat(Texts.oneLine("a\r\nb\tc\u0085d")).isEqualTo("a  b c d");
        assertThat(Texts.oneLine("a\u2028b\u2029c")).isEqualTo("a b c");
        assertThat(Texts.oneLine("plain")).isEqualTo("plain");
    }

    @Test
    void printableShowsControlCharacters() {
        assertThat(Texts.printable("a\tb")).isEqualTo("a\tb");
        assertThat(Texts.printable("\r\u001b[2J\u0000\u007f\n")).isEqualTo("␍␛[2J␀␡␊");
        assertThat(Texts.printable("é ключ 🚕 \u00a0")).isEqualTo("é ключ 🚕 \u00a0");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                0x80, 0x85, 0x9b, 0x9f, 0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xd83d,
                0xde95
            })
    void printableEscapesWhatForgesOrTurnsLines(int code) {
        String escaped = String.format("\\u%04x", code);
        assertThat(Texts.printable("a" + (char) code + "b")).isEqualTo("a" + escaped + "b");
        assertThat(Texts.printable((char) code + "")).isEqualTo(escaped);
        assertThat(Texts.printableLines("a\n" + (char) code)).isEqualTo("a\n" + escaped);
    }
}
