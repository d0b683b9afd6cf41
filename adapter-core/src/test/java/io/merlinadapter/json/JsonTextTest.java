package io.merlinadapter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts become strings of JSON and texts again, from array to array. */
class JsonTextTest {
    private static final String[] PIECES = {
        "a", "plain text of more than eight bytes", "é", "\u0085", "\u2028", "\u2029", "\u2030", "😀", "\"", "\\", "/",
                "\b",
        "\f", "\n", "\r", "\t", "\0", "\u001f", "\u007f", "\u07ff", "\u0800", "\uffff", "\u00c2", "\ue280"
    };

    private static byte[] quoted(String text) {
        byte[] utf8 = ("x" + text + "x").getBytes(StandardCharsets.UTF_8);
        byte[] json = new byte[(int) JsonText.size(utf8, 1, utf8.length - 1) + 1];
        assertThat(JsonText.put(utf8, 1, utf8.length - 1, json, 1)).isEqualTo(json.length);
        return json;
    }

    private static String read(byte[] json, int from) throws JsonException {
        JsonScanner scanner = JsonScanner.strict(json, from, json.length);
        scanner.next();
        byte[] utf8 = new byte[scanner.textSize() + 2];
        assertThat(scanner.copyText(utf8, 1)).isEqualTo(utf8.length - 1);
        return new String(utf8, 1, utf8.length - 2, StandardCharsets.UTF_8);
    }

    @Test
    void textsComeBackAsTheyWere() throws JsonException {
        Random random = new Random(Long.getLong("fuzz.seed", 42));
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int pieces = random.nextInt(8); pieces > 0; pieces--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            byte[] json = quoted(text.toString());
            assertThat(new String(json, 1, json.length - 1, StandardCharsets.UTF_8))
                    .doesNotContainPattern("[\\x00-\\x1f\\u0085\\u2028\\u2029]");
            assertThat(read(json, 1)).isEqualTo(text.toString());
        }
    }

    @Test
    void escapesAreThoseThatOtherTextsHere() {
        String text = "\n\r\t\0\"\\\u0085\u2028\u2029é";
        assertThat(new String(quoted(text), StandardCharsets.UTF_8).substring(1))
                .isEqualTo(new String(new JsonWriter().text(text).bytes(), StandardCharsets.UTF_8));
    }

    @Test
    void escapesOfAllKindsAreCopiedAsWhatTheySay() throws JsonException {
        byte[] json = "\"\\u00e9\\ud83d\\uDE00\\u20ac\\/\\u0000é\"".getBytes(StandardCharsets.UTF_8);
        assertThat(read(json, 0)).isEqualTo("é😀€/\0é");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\""})
    void halfOfAPairCannotBeCopied(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> read(bytes, 0)).hasMessageContaining("half of a surrogate pair");
    }

    @Test
    void scannerGoesBackToAValue() throws JsonException {
        byte[] json = "{\"a\":[1,{\"b\":2}],\"c\":3}".getBytes(StandardCharsets.UTF_8);
        JsonScanner scanner = JsonScanner.strict(json, 0, json.length);
        scanner.moveTo(5);
        assertThat(scanner.next()).isEqualTo(JsonScanner.Token.START_ARRAY);
        scanner.skipValue();
        assertThat(scanner.end()).isEqualTo(16);
        scanner.moveTo(8);
        scanner.next();
        assertThat(scanner.next()).isEqualTo(JsonScanner.Token.NAME);
        assertThat(scanner.text()).isEqualTo("b");
    }
}
