package io.merlinadapter.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineTest {
    private static final String MARK = "\ufeff";

    private final MemoryBudget budget = new MemoryBudget(100);

    private Body accepted(String text) {
        byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        budget.reserve(bytes.length);
        return JsonLine.of(new Body(bytes, 1, bytes.length - 2, budget, bytes.length));
    }

    @Test
    void whatSomeReadersTakeForTheEndOfALineIsEscaped() {
        assertThat(Bodies.text(accepted(MARK + "{\"a\u2028\":\n\"\u0085\u2029€é\u2027\u0084\"}")))
                .isEqualTo("{\"a\\u2028\": \"\\u0085\\u2029€é\u2027\u0084\"}");
        assertThat(Bodies.text(accepted("\"\u00c2\u0080\""))).isEqualTo("\"\u00c2\u0080\"");
    }

    @Test
    void whatTheEscapesTakeIsPaidForAndGivenBack() {
        Body body = accepted("\"\u2028\"");
        assertThat(budget.used()).isEqualTo(body.length());
        body.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aBodyThatTheMemoryDoesNotSufficeForIsRefusedAndForgotten() {
        String most = MARK + '"' + "\u0085".repeat(40) + '"';
        assertThatThrownBy(() -> accepted(most))
                .isInstanceOf(PredictException.class)
                .hasMessageContaining("no memory");
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "1", "\"a\"", "null", "{\"a\":[1.50,1e400,\"\\n\"]}", " {\"a\" :\t1} "})
    void validJsonIsPassedOnByteForByte(String text) {
        assertThat(line(text)).isEqualTo(text);
    }

    @Test
    void rawLineBreaksBecomeSpacesAndAMarkIsDropped() {
        assertThat(line("\ufeff{\r\n\"a\":\n1}\n")).isEqualTo("{  \"a\": 1} ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|it is empty",
                "'  '|it is empty",
                "{\"a\":|it ends in the middle",
                "{} {}|more than one value",
                "{}{}|more than one value",
                "1 2|more than one value",
                "nope|a value was expected (byte 0)",
                "{\"a\":1}}|more than one value (byte 7)",
                "[NaN]|it has NaN or Infinity, which JSON does not have (byte 1)",
                "[1,]|a value was expected (byte 3)",
                "01|a number begins with a 0 that JSON does not allow (byte 0)",
            })
    void whatIsWrongWithABodyIsSaid(String text, String why) {
        assertThatThrownBy(() -> line(text))
                .hasMessageContaining("one JSON value")
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--------------------------d74496d66958873e|it is a form (multipart/form-data)",
                "km=2&x=3|it is a form (name=value)",
                "rides%5B0%5D[km]=2|it is a form (name=value)"
            })
    void aFormIsToldThatJsonIsExpected(String form, String what) {
        assertThatThrownBy(() -> line(form))
                .hasMessage("the request body must be one JSON value in UTF-8, but " + what
                        + "; send the JSON itself, as curl does with -d @request.json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1-", "eyJhIjoxfQ==", "YWI=", "1=2", "=a", "{a=1}", "\"a\"=1"})
    void whatIsNoFormIsNotCalledOne(String text) {
        assertThatThrownBy(() -> line(text)).hasMessageContaining("(byte ");
    }

    @Test
    void aBodyThatIsNoJsonIsForgotten() {
        assertThatThrownBy(() -> accepted(MARK + "nope"))
                .isInstanceOfSatisfying(
                        PredictException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST))
                .hasMessageEndingWith("(byte 3)");
        assertThat(budget.used()).isZero();
    }

    @Test
    void aWrongEncodingIsToldBeforeAllElse() {
        byte[] latin = "{nope, \"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> line(latin)).hasMessageEndingWith("but byte 11 is not UTF-8");
    }

    @Test
    void aLineBreakInsideAStringIsNotMadeValid() {
        assertThatThrownBy(() -> line("{\"a\":\"x\ny\"}")).hasMessageContaining("one JSON value");
    }

    @Test
    void otherEncodingsAreRefused() {
        for (String charset : new String[] {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16"}) {
            byte[] wide = "{\"a\":1}".getBytes(Charset.forName(charset));
            assertThatThrownBy(() -> line(wide)).hasMessageContaining("UTF-");
        }
        byte[] latin = "{\"a\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> line(latin)).hasMessageContaining("byte 9 is not UTF-8");
    }

    @Test
    void nestingIsBounded() {
        int most = JsonScanner.MAX_DEPTH;
        assertThat(line("[".repeat(most) + "]".repeat(most))).hasSize(2 * most);
        assertThatThrownBy(() -> line("[".repeat(10_000) + "]".repeat(10_000)))
                .hasMessageContaining("deeper than " + most);
    }

    private static String line(String text) {
        return Bodies.text(JsonLine.of(Bodies.of(text)));
    }

    private static String line(byte[] bytes) {
        return Bodies.text(JsonLine.of(Bodies.of(bytes)));
    }
}
