package io.merlinadapter.upi.payload;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import io.merlinadapter.upi.payload.JsonCursor.Token;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader of JSON that is not ours says what JSON is. */
class JsonCursorTest {
    private static final JsonFactory JACKSON = new JsonFactory();

    static boolean jacksonReads(byte[] bytes) {
        try (JsonParser parser = JACKSON.createParser(new StringReader(new String(bytes, StandardCharsets.UTF_8)))) {
            int values = 0;
            for (int depth = 0; parser.nextToken() != null; ) {
                depth += parser.currentToken().isStructStart()
                        ? 1
                        : parser.currentToken().isStructEnd() ? -1 : 0;
                values += depth == 0 ? 1 : 0;
                parser.getText();
            }
            return values == 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean reads(byte[] bytes) {
        JsonCursor cursor = new JsonCursor(bytes, 0, bytes.length);
        try {
            do {
                cursor.next();
            } while (cursor.token() != Token.END);
            return true;
        } catch (JsonFault e) {
            return false;
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                " [ ] ",
                "[1,]",
                "{\"a\":1,}",
                "[,1]",
                "{,}",
                "{\"a\"}",
                "{\"a\":}",
                "{a:1}",
                "{'a':1}",
                "01",
                "-",
                "-0",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e+",
                "1E-5",
                "1.5e5",
                "0.0",
                "-01",
                "1a",
                "true",
                "truex",
                "tru",
                "nul",
                "null",
                "false",
                "NaN",
                "\"",
                "\"\\\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\x\"",
                "\"\u007f\"",
                "\"\t\"",
                "\"\\/\"",
                "[1 2]",
                "[1}",
                "{\"a\":1]",
                "1 2",
                "",
                " ",
                "[[[]]]",
                "{\"a\":{\"b\":[]}}",
                "]",
                "}",
                ",",
                "[1]]",
                "/**/1",
                "#",
                "{\"a\" : 1 , \"a\":2}",
                "[\"a\",\"b\"",
                "{\"a\":1",
                "[tru]",
                "[1.e1]",
                "\u00e9"
            })
    void readsWhatIsJsonAndNothingElse(String text) {
        assertThat(reads(utf8(text))).isEqualTo(jacksonReads(utf8(text)));
    }

    @Test
    void readsMutationsOfJsonLikeAnotherReader() {
        Random random = new Random(11);
        String alphabet = "{}[]\",:\\u0123eE+-.tfnalsr \n\u0001";
        String seed = "{\"a\":[1,-2.5e+3,\"x\\u00e9\\n\",null,true,{\"b\":false}],\"c\":{}}";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(seed);
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(text.length());
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, c);
                    case 1 -> text.insert(at, c);
                    default -> text.deleteCharAt(at);
                }
            }
            byte[] bytes = utf8(text.toString());
            assertThat(reads(bytes)).as(text.toString()).isEqualTo(jacksonReads(bytes));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "9223372036854775807",
                "-9223372036854775808",
                "1e18",
                "1.50e1",
                "9.223372036854775807e18",
                "0e99999"
            })
    void wholeNumbersKeepEveryBit(String text) throws JsonFault {
        assertThat(integer(text).integer()).isEqualTo(new java.math.BigDecimal(text).longValueExact());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "1.5",
                "1e19",
                "1e-1",
                "1e999999999999",
                "18446744073709551616"
            })
    void otherNumbersAreNotWhole(String text) throws JsonFault {
        JsonCursor cursor = new JsonCursor(utf8(text), 0, text.length());
        cursor.next();
        assertThat(new JsonNumbers().isInteger(cursor)).isFalse();
    }

    @Test
    void numberOfAMillionDigitsIsRefusedAtOnce() throws JsonFault {
        byte[] digits = utf8("1".repeat(1_000_000));
        JsonCursor cursor = new JsonCursor(digits, 0, digits.length);
        cursor.next();
        assertThat(new JsonNumbers().real(cursor)).isNaN();
        assertThat(new JsonNumbers().isInteger(cursor)).isFalse();
    }

    private static JsonNumbers integer(String text) throws JsonFault {
        JsonCursor cursor = new JsonCursor(utf8(text), 0, text.length());
        cursor.next();
        JsonNumbers numbers = new JsonNumbers();
        assertThat(numbers.isInteger(cursor)).isTrue();
        return numbers;
    }
}
