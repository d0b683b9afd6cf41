package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several requests on a line, and their answers on another. */
class JsonRpcBatchTest {
    private static final ModelInfo MODEL = new ModelInfo("m", "1", "m-1", null);

    private final JsonRpc objects = new JsonRpc(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, MODEL);
    private final JsonRpc withNulls = new JsonRpc(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL, MODEL);
    private final MemoryBudget budget = new MemoryBudget(1 << 20);

    private static String reply(int id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    private Body line(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        budget.reserve(bytes.length);
        return new Body(bytes, 0, bytes.length, budget, bytes.length);
    }

    /** As the reader of replies does it: the line is released whatever it was. */
    private Message read(Format format, String text) {
        Body line = line(text);
        Message message = format.read(line);
        line.release();
        return message;
    }

    private Message.Batch batch(String text) {
        return (Message.Batch) read(objects, text);
    }

    private static List<String> shown(Message.Batch batch) {
        List<String> shown = new ArrayList<>();
        for (Message.Outcome answer : batch.answers()) {
            shown.add(answer.id() + " "
                    + (answer instanceof Message.Reply reply
                            ? Bodies.text(reply.body())
                            : answer instanceof Message.Failure failure
                                    ? failure.code() + " " + failure.message()
                                    : ((Message.Unusable) answer).reason()));
        }
        return shown;
    }

    @Test
    void aBatchIsAnArrayOfTheRequests() {
        PredictRequest asked = new PredictRequest(Bodies.within("{\"a\":1}"), new Deadline(0, 1), "UPI_V1", Map.of());
        StringBuilder text = new StringBuilder();
        for (ByteBuffer part : objects.batch(List.of(objects.request(7, asked, 1), objects.request(8, asked, 2)))) {
            text.append(StandardCharsets.UTF_8.decode(part.duplicate()));
        }
        String rest = ",\"protocol\":\"UPI_V1\",\"headers\":{},\"body\":{\"a\":1}}}";
        assertThat(text)
                .hasToString("[{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"predict\",\"params\":{\"timeout_ms\":1" + rest
                        + ",{\"jsonrpc\":\"2.0\",\"id\":8,\"method\":\"predict\",\"params\":{\"timeout_ms\":2" + rest
                        + "]");
    }

    @Test
    void eachAnswerOfAnArrayIsCutOutByteForByte() {
        Message.Batch batch = batch(" [ " + reply(3, "{\"a\": [1.50, \"]\"]}") + " ,"
                + "{\"jsonrpc\":\"2.0\",\"id\":2,\"error\":{\"code\":422,\"message\":\"age\"}}, " + reply(4, "{}")
                + "] ");
        assertThat(batch.id()).isEqualTo(Message.SOLE);
        assertThat(shown(batch)).containsExactly("3 {\"a\": [1.50, \"]\"]}", "2 422 age", "4 {}");
        assertThat(batch.missing()).contains("has none to this request");
    }

    @Test
    void theLineIsPaidForUntilTheLastOfItsPartsIsReleased() {
        String text = "[" + reply(2, "{\"a\":1}") + "," + reply(3, "{\"a\":2}") + "]";
        Message.Batch batch = batch(text);
        assertThat(budget.used()).isEqualTo(text.length());
        batch.answers().get(0).drop();
        batch.answers().get(0).drop();
        assertThat(budget.used()).isEqualTo(text.length());
        batch.answers().get(1).drop();
        assertThat(budget.used()).isZero();
    }

    @Test
    void anElementThatCannotBeUsedHurtsOnlyItsRequest() {
        Message.Batch batch = batch(
                "[" + reply(2, "[1]") + ",7," + reply(3, "{\"x\":NaN}") + ",{\"id\":4,\"result\":{}}," + reply(5, "{}")
                        + ",{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"m\"}}]");
        assertThat(batch.answers().stream().map(Message.Outcome::id)).containsExactly(2L, -2L, 3L, 4L, 5L, -2L);
        assertThat(batch.answers().get(4)).isInstanceOf(Message.Reply.class);
        batch.drop();
        assertThat(budget.used()).isZero();
    }

    @Test
    void numbersThatJsonDoesNotHaveBecomeNullInTheirOwnAnswer() {
        Message.Batch batch = (Message.Batch) read(withNulls, "[" + reply(2, "[NaN,1]") + "," + reply(3, "[2]") + "]");
        assertThat(shown(batch)).containsExactly("2 [null,1]", "3 [2]");
        batch.drop();
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "[{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}},{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":{|5",
                "[{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"id\":8|5",
                "[{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}|5",
                "[{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}] {}|5",
                "[{\"jsonrpc\":\"2.0\",\"result\":{},},{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":{}}]|6",
                "[{\"jsonrpc\":\"2.0\",\"result\":{},}]|-1",
            })
    void ofABrokenArrayNothingIsTrusted(String line, long id) {
        Message.Batch batch = batch(line);
        assertThat(batch.answers()).isEmpty();
        assertThat(batch.id()).isEqualTo(id);
        assertThat(batch.missing()).contains("can't be used");
        assertThat(budget.used()).isZero();
    }

    @Test
    void anOverLongArrayStillSaysWhoseItIs() {
        String text = "[" + reply(7, "{\"id\":1,\"a\":\"" + "x".repeat(3000) + "\"}") + "," + reply(8, "{}") + "]";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int step = 1; step < 9; step++) {
            OversizedLine skimmed = objects.oversizedLine();
            for (int at = 0; at < bytes.length; at += step) {
                skimmed.feed(bytes, at, Math.min(step, bytes.length - at));
            }
            assertThat(skimmed.end(99, "--max-reply (50 bytes)")).isInstanceOfSatisfying(Message.Batch.class, batch -> {
                assertThat(batch.id()).isEqualTo(7);
                assertThat(batch.answers()).isEmpty();
                assertThat(batch.missing()).contains("99 bytes is larger than --max-reply (50 bytes)");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "[1,2]",
                "[INFO] loading",
                "[{\"a\":1}]",
                "[[{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}]]",
                "["
            })
    void anArrayWithoutMessagesIsOutput(String line) {
        assertThat(read(objects, line)).isNull();
    }

    @Test
    void noticesInAnArrayAnswerNothing() {
        assertThat(read(objects, "[{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":{\"message\":\"m\"}}]"))
                .isInstanceOf(Message.Ignored.class);
    }
}
