package io.merlinadapter.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void whatATextMayNotHaveIsEscaped() throws JsonException {
        String text = "a\"\\/\b\f\n\r\t\u0000\u001f\u007f\u0085é\u2028\u2029\ud83d\ude80";
        byte[] json = new JsonWriter().text(text).bytes();
        assertThat(new String(json, StandardCharsets.UTF_8))
                .isEqualTo("\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001F\u007f\\u0085é\\u2028\\u2029\ud83d\ude80\"");
        JsonScanner scanner = JsonScanner.strict(json, 0, json.length);
        scanner.next();
        assertThat(scanner.text()).isEqualTo(text);
    }

    @Test
    void aTextThatIsNotThereIsNull() {
        byte[] json = new JsonWriter()
                .raw("[")
                .textOrNull(null)
                .raw(",")
                .textOrNull("a")
                .raw("]")
                .bytes();
        assertThat(new String(json, StandardCharsets.UTF_8)).isEqualTo("[null,\"a\"]");
    }
}
