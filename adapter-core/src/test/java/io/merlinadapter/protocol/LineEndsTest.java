package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineEndsTest {
    private static final String MARK = "\ufeff";

    private final MemoryBudget budget = new MemoryBudget(100);
    private final Format format = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);

    private Body accepted(String text) {
        byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
        budget.reserve(bytes.length);
        return format.accept(new Body(bytes, 1, bytes.length - 2, budget, bytes.length));
    }

    private static String text(Body body) {
        return new String(body.bytes(), body.offset(), body.length(), StandardCharsets.UTF_8);
    }

    @Test
    void whatSomeReadersTakeForTheEndOfALineIsEscaped() {
        assertThat(text(accepted(MARK + "{\"a\u2028\":\n\"\u0085\u2029€é\u2027\u0084\"}")))
                .isEqualTo("{\"a\\u2028\": \"\\u0085\\u2029€é\u2027\u0084\"}");
        assertThat(text(accepted("\"\u00c2\u0080\""))).isEqualTo("\"\u00c2\u0080\"");
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

    @Test
    void headersAndNamesAreEscapedAsBodiesAre() {
        JsonRpc rpc = new JsonRpc(
                JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("m\u2028", "1", "m-1", null));
        byte[] particulars = rpc.particulars(new PredictRequest(
                accepted("{}"), new Deadline(0, 1), "HTTP_JSON", Map.of("x-request-id", "a\u0085b\u2029é")));
        assertThat(new String(particulars, StandardCharsets.UTF_8)).contains("\"a\\u0085b\\u2029é\"");
        assertThat(new String(rpc.greeting(1, 0).array(), StandardCharsets.UTF_8))
                .contains("\"m\\u2028\"");
    }
}
