package io.merlinadapter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.json.JsonScanner.Token;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
    private static JsonScanner scanner(String json) {
        byte[] bytes = ("<<" + json + ">>").getBytes(StandardCharsets.UTF_8);
        return JsonScanner.withNonFinite(bytes, 2, bytes.length - 2);
    }

    private static JsonScanner first(String json) throws JsonException {
        JsonScanner scanner = scanner(json);
        scanner.next();
        return scanner;
    }

    private static void check(String json) throws JsonException {
        byte[] bytes = ("<<" + json + ">>").getBytes(StandardCharsets.UTF_8);
        JsonScanner.check(bytes, 2, bytes.length - 2);
    }

    @Test
    void eachTokenIsARangeOfBytes() throws JsonException {
        JsonScanner scanner = scanner(" {\"é\\n\" : [-1.5e+3 ,true,{}] , \"b\":\"x\", \"c\":NaN,\"d\":null}\t");
        List<String> seen = new ArrayList<>();
        while (scanner.next() != Token.END) {
            seen.add(scanner.token() + " " + scanner.raw() + " " + scanner.offset() + " " + scanner.depth());
        }
        assertThat(seen)
                .containsExactly(
                        "START_OBJECT { 1 1",
                        "NAME \"é\\n\" 2 1",
                        "START_ARRAY [ 11 2",
                        "NUMBER -1.5e+3 12 2",
                        "TRUE true 21 2",
                        "START_OBJECT { 26 3",
                        "END_OBJECT } 27 2",
                        "END_ARRAY ] 28 1",
                        "NAME \"b\" 32 1",
                        "STRING \"x\" 36 1",
                        "NAME \"c\" 41 1",
                        "NON_FINITE NaN 45 1",
                        "NAME \"d\" 49 1",
                        "NULL null 53 1",
                        "END_OBJECT } 57 0");
        assertThat(scanner.next()).isEqualTo(Token.END);
        assertThat(scanner.isAtEnd()).isTrue();
    }

    @Test
    void aValueIsPassedByWhateverItHolds() throws JsonException {
        JsonScanner scanner = first("[{\"a\":[1,{\"b\":[[]]}]},\"]}\", 7]");
        for (String value : List.of("{\"a\":[1,{\"b\":[[]]}]}", "\"]}\"", "7")) {
            scanner.next();
            int start = scanner.start();
            scanner.skipValue();
            assertThat(scanner.end() - start).isEqualTo(value.length());
        }
        assertThat(scanner.next()).isEqualTo(Token.END_ARRAY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[|it ends in the middle (byte 1)",
                "\"a|it ends in the middle (byte 2)",
                "\"a\\|it ends in the middle (byte 3)",
                "\"\\u00|it ends in the middle (byte 5)",
                "-|it ends in the middle (byte 1)",
                "1.|it ends in the middle (byte 2)",
                "1e+|it ends in the middle (byte 3)",
                "{\"a\"|it ends in the middle (byte 4)",
                "[1 2]|a comma or ] was expected (byte 3)",
                "{\"a\":1 \"b\"}|a comma or } was expected (byte 7)",
                "{\"a\":1]|a comma or } was expected (byte 6)",
                "{\"a\" 1}|a colon was expected (byte 5)",
                "{a:1}|a name in double quotes was expected (byte 1)",
                "{\"a\":1,}|a name in double quotes was expected (byte 7)",
                "{'a':1}|strings and names need double quotes (byte 1)",
                "['a']|strings and names need double quotes (byte 1)",
                "[1,]|a value was expected (byte 3)",
                "[,1]|a value was expected (byte 1)",
                "[True]|a value was expected (byte 1)",
                "[nulls]|a value was expected (byte 1)",
                "[.5]|a value was expected (byte 1)",
                "[-a]|a digit was expected (byte 2)",
                "[1.a]|a digit was expected (byte 3)",
                "[-01]|a number begins with a 0 that JSON does not allow (byte 1)",
                "[\"\\x\"]|a string has an escape that JSON does not have (byte 2)",
                "[\"\\u00g0\"]|a string has \\u without four hexadecimal digits (byte 2)",
                "[-Infinity]|it has NaN or Infinity, which JSON does not have (byte 1)",
                "{} x|there is more than one value (byte 3)",
            })
    void aFaultIsSaidWithItsPlace(String json, String message) {
        assertThatThrownBy(() -> check(json))
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.isOverLimit()).isFalse())
                .hasMessage(message);
    }

    @Test
    void rawControlCharactersAreFaultsInStringsWhereverTheyStand() throws JsonException {
        for (int before = 0; before < 20; before++) {
            for (char c = 1; c < 0x80; c++) {
                String json = '"' + "x".repeat(before) + c + "y".repeat(before / 2) + '"';
                int place = before + 1;
                if (c < ' ') {
                    assertThatThrownBy(() -> check(json))
                            .hasMessage(
                                    "a string has a raw control character, which must be escaped (byte " + place + ")");
                } else if (c != '"' && c != '\\') {
                    check(json);
                }
            }
        }
    }

    @Test
    void limitsAreToldApart() {
        String deep = "[".repeat(257);
        assertThatThrownBy(() -> check(deep))
                .hasMessage("it is nested deeper than 256 levels")
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.isOverLimit()).isTrue());
        assertThatThrownBy(() -> check("[-" + "1".repeat(1001) + "]"))
                .hasMessage("a number has more than 1000 digits (byte 1)")
                .isInstanceOfSatisfying(
                        JsonException.class, e -> assertThat(e.isOverLimit()).isTrue());
        assertThatThrownBy(() -> check("[[0,0,-" + "1".repeat(900) + "." + "2".repeat(101) + ",0],[0,0]]"))
                .hasMessage("a number has more than 1000 digits (byte 6)");
        assertThatThrownBy(() -> check("[0,0," + "1".repeat(998) + "e-111,0]"))
                .hasMessage("a number has more than 1000 digits (byte 5)");
        assertThatCode(() -> check("[0,0," + "1".repeat(998) + "e-11,0]")).doesNotThrowAnyException();
        assertThatCode(() -> check("-" + "1".repeat(900) + "." + "2".repeat(98) + "e+33"))
                .doesNotThrowAnyException();
    }

    @Test
    void levelsAreRememberedForObjectsAndArrays() throws JsonException {
        StringBuilder json = new StringBuilder();
        StringBuilder closing = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            boolean object = i % 3 == 0;
            json.append(object ? "{\"a\":" : "[");
            closing.insert(0, object ? '}' : ']');
        }
        check(json + "1" + closing);
        closing.setCharAt(200, closing.charAt(200) == ']' ? '}' : ']');
        assertThatThrownBy(() -> check(json + "1" + closing)).hasMessageContaining("was expected");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "+Infinity", "-INF", "+INF"})
    void numbersThatJsonDoesNotHaveAreReadWhereAdmitted(String number) throws JsonException {
        assertThat(first(number).token()).isEqualTo(Token.NON_FINITE);
        JsonScanner member = scanner("{\"a\":" + number + ",\"b\":[" + number + "]}");
        for (int i = 0; i < 3; i++) {
            member.next();
        }
        assertThat(member.raw()).isEqualTo(number);
        assertThat(member.memberName(1)).isEqualTo("a");
        assertThat(member.memberName(0)).isNull();
        for (int i = 0; i < 3; i++) {
            member.next();
        }
        assertThat(member.token()).isEqualTo(Token.NON_FINITE);
        assertThat(member.memberName(100)).isNull();
        assertThatThrownBy(() -> check(number)).hasMessageContaining("NaN or Infinity");
    }

    @ParameterizedTest
    @ValueSource(strings = {"INF", "nan", "inf", "-NaN", "+1", "NaNs", "Infinit", "- Infinity", "infinity"})
    void otherWordsAreNoNumbers(String word) {
        assertThatThrownBy(() -> first(word)).isInstanceOf(JsonException.class);
    }

    @Test
    void textsAreDecodedAndCompared() throws JsonException {
        assertThat(first("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude80€é\"")
                        .text())
                .isEqualTo("\"\\/\b\f\n\r\t\u00e9\ud83d\ude80€é");
        assertThat(first("\"\\ud800\"").text()).isEqualTo("\ud800");
        assertThat(first("\"id\"").is("id")).isTrue();
        assertThat(first("\"\\u0069d\"").is("id")).isTrue();
        assertThat(first("\"idx\"").is("id")).isFalse();
        assertThat(first("\"i\\n\"").is("id")).isFalse();
        assertThat(first("\"ie\"").is("id")).isFalse();
        assertThat(first("12").isInteger()).isTrue();
        assertThat(first("1e2").isInteger()).isFalse();
        assertThat(first("\"12\"").isInteger()).isFalse();
    }

    @Test
    void aLongTextIsCutBetweenCharacters() throws JsonException {
        assertThat(first("\"abcd\"").text(4)).isEqualTo("abcd");
        assertThat(first("\"abcde\"").text(4)).isEqualTo("abcd…");
        assertThat(first("\"abcé\"").text(4)).isEqualTo("abc…");
        assertThat(first("\"a\\u00e9\"").text(5)).isEqualTo("aé");
        assertThat(first("\"a\\u00e9b\"").text(5)).isEqualTo("aé…");
        assertThat(first("\"a\\ud83d\\ude80b\"").text(5)).isEqualTo("a…");
    }
}
