package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.child.ChildReport;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRpcTest {
    private static final ModelInfo MODEL = new ModelInfo("fraud", "3", "fraud-3", "/mnt/\"models\"");

    private final JsonRpc objects = new JsonRpc(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, MODEL);
    private final JsonRpc anything = new JsonRpc(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL, MODEL);

    private static Message read(Format format, String line) {
        return format.read(Bodies.within(line));
    }

    private static String text(ByteBuffer... parts) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer part : parts) {
            text.append(StandardCharsets.UTF_8.decode(part.duplicate()));
        }
        return text.toString();
    }

    private void isReply(Format format, String line, long id, String body) {
        assertThat(read(format, line)).isInstanceOfSatisfying(Message.Reply.class, reply -> {
            assertThat(reply.id()).isEqualTo(id);
            assertThat(Bodies.text(reply.body())).isEqualTo(body);
        });
    }

    private void isUnusable(String line, long id, String reason) {
        assertThat(read(objects, line)).isInstanceOfSatisfying(Message.Unusable.class, unusable -> {
            assertThat(unusable.id()).as(line).isEqualTo(id);
            assertThat(unusable.reason()).contains(reason);
        });
    }

    @Test
    void aRequestIsOneMessageAroundTheCallersBytes() {
        byte[] bytes = "xx{\"a\": [1.50, \"é\"]}xx".getBytes(StandardCharsets.UTF_8);
        Body body = new Body(bytes, 2, bytes.length - 4, new MemoryBudget(0), 0);
        PredictRequest request =
                new PredictRequest(body, new Deadline(0, 1), "HTTP_JSON", Map.of("x-request-id", "a\"\n\\é\u0001"));

        assertThat(text(objects.request(17, request, 950)))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":17,\"method\":\"predict\",\"params\":{\"timeout_ms\":950"
                        + ",\"protocol\":\"HTTP_JSON\",\"headers\":{\"x-request-id\":\"a\\\"\\n\\\\é\\u0001\"}"
                        + ",\"body\":{\"a\": [1.50, \"é\"]}}}");
    }

    @Test
    void aConversationBeginsWithTheModelAndTheWorker() {
        assertThat(text(objects.initialize(1, 2)))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocol\":1"
                        + ",\"model\":{\"name\":\"fraud\",\"version\":\"3\",\"full_name\":\"fraud-3\""
                        + ",\"artifact_location\":\"/mnt/\\\"models\\\"\"},\"worker\":2}}");
        assertThat(text(objects.cancellation(9)))
                .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":9}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"a\":[1, {\"b\":\"}\"}]}}",
                "{\"result\":{\"a\":[1, {\"b\":\"}\"}]},\"jsonrpc\":\"2.0\",\"id\":7}",
                " { \"id\" : 7 , \"result\" : {\"a\":[1, {\"b\":\"}\"}]} , \"jsonrpc\" : \"2.0\" } \r",
                "{\"jsonrpc\":\"2.0\",\"id\":7.0,\"error\":null,\"result\":{\"a\":[1, {\"b\":\"}\"}]},\"more\":[{}]}",
                "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":null,\"params\":null,\"result\":{\"a\":[1, {\"b\":\"}\"}]}}",
                "{\"jsonrpc\":\"2.0\",\"id\":7e0,\"result\":{\"a\":[1, {\"b\":\"}\"}]}}",
            })
    void aResultIsCutOutByteForByte(String line) {
        isReply(objects, line, 7, "{\"a\":[1, {\"b\":\"}\"}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12", "-1.50e3", "\"a\\\"é\"", "true", "null", "[1, 2]", "{ }", "\"\"", "[]"})
    void anyValueIsAResultWhereThatIsAllowed(String value) {
        isReply(anything, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + value + "}", 1, value);
        isReply(anything, "{\"jsonrpc\":\"2.0\",\"result\":" + value + " , \"id\":1}", 1, value);
        if (!value.startsWith("{")) {
            isUnusable("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + value + "}", 1, "--reply=any");
        }
    }

    @Test
    void notANumberInAResultIsNamedOrBecomesNull() {
        String line = "{\"jsonrpc\":\"2.0\",\"x\":NaN,\"id\":4,\"result\":{\"a\":[NaN,-Infinity]},\"y\":NaN}";
        isUnusable(line, 4, "NaN in byte");
        isReply(anything, line, 4, "{\"a\":[null,null]}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":{\"code\":422,\"message\":\"age\"}}|5|422|age",
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32602,\"message\":\"m\",\"data\":{}},\"id\":5}|5|400|m",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":null,\"error\":{\"code\":-32603,\"message\":\"m\"}}|5|500|m",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":{\"code\":503,\"message\":\"m\"}}|5|500|m",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":\"text\"}|5|500|text",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":[1 ]  }|5|500|[1 ]",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"m\"}}|-1|500|m",
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32700,\"message\":\"m\"}}|-1|500|m",
            })
    void anErrorIsAFailureOfItsRequest(String line, long id, int status, String message) {
        assertThat(read(objects, line)).isInstanceOfSatisfying(Message.Failure.class, failure -> {
            assertThat(failure.id()).isEqualTo(id);
            assertThat(failure.status()).isEqualTo(status);
            assertThat(failure.message()).isEqualTo(message);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":5}|5|neither a result nor an error",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{},\"error\":{\"code\":1}}|5|both a result and an error",
                "{\"jsonrpc\":\"2.0\",\"id\":\"5\",\"result\":{}}|5|its id is a text",
                "{\"jsonrpc\":\"2.0\",\"id\":[5],\"result\":{}}|-2|its id must be the number",
                "{\"jsonrpc\":\"2.0\",\"id\":5.5,\"result\":{}}|-2|its id must be the number",
                "{\"jsonrpc\":\"2.0\",\"id\":-5,\"result\":{}}|-2|its id must be the number",
                "{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"result\":{}}|-2|its id must be the number",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":{}}|-2|its id must be the number",
                "{\"jsonrpc\":\"2.0\",\"result\":{}}|-2|its id must be the number",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"id\":6,\"result\":{}}|-2|two members \"id\"",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{},\"result\":{}}|5|two members \"result\"",
                "{\"jsonrpc\":\"1.0\",\"id\":5,\"result\":{}}|5|lacks \"jsonrpc\":\"2.0\"",
                "{\"id\":5,\"result\":{}}|5|lacks \"jsonrpc\":\"2.0\"",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"a\":}}|5|can't be used",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"a\":1|5|it ends in the middle",
                "{\"jsonrpc\":\"2.0\",\"result\":{\"id\":4},\"id\":5} x|5|can't be used",
                "{\"jsonrpc\":\"2.0\",\"result\":{\"a\":1|-2|it ends in the middle",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{}}{\"jsonrpc\":\"2.0\",\"id\":6,\"result\":{}}|5|more than one",
            })
    void whatIsWrongWithAMessageHurtsOneRequestAtMost(String line, long id, String reason) {
        isUnusable(line, id, reason);
    }

    @Test
    void aMessageThatIsNotUtf8HurtsItsOwnRequest() {
        byte[] latin =
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"a\":\"\u00e9\"}}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(objects.read(Bodies.of(latin))).isInstanceOfSatisfying(Message.Unusable.class, unusable -> {
            assertThat(unusable.id()).isEqualTo(5);
            assertThat(unusable.reason()).contains("UTF-8");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "loading model",
                "{\"level\":\"info\",\"message\":\"loading\"}",
                "{\"predictions\":[1]}",
                "{\"error\":\"x\"}",
                "{\"method\":\"GET\",\"path\":\"/\"}",
                "{\"id\":\"a\",\"result\":{}}",
                "{broken",
                "{'jsonrpc': '2.0', 'id': 2, 'result': {}}",
                "[]",
                "17"
            })
    void whatIsNoMessageIsOutput(String line) {
        assertThat(read(objects, line)).isNull();
    }

    @Test
    void notificationsAreToldApart() {
        assertThat(
                        read(
                                objects,
                                "{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":{\"level\":\"WARNING\",\"message\":\"m\"}}"))
                .isEqualTo(new Message.Log(Message.Level.WARN, "m"));
        assertThat(read(objects, "{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":[\"m\"]}"))
                .isEqualTo(new Message.Log(Message.Level.INFO, "[\"m\"]"));
        assertThat(read(objects, "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\",\"params\":{\"message\":\"device lost\"}}"))
                .isEqualTo(new Message.Fatal("device lost"));
        assertThat(read(objects, "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\"}"))
                .isEqualTo(new Message.Fatal("(no message)"));
        assertThat(read(objects, "{\"jsonrpc\":\"2.0\",\"method\":\"metrics\",\"params\":[]}"))
                .isEqualTo(new Message.Metrics(new ChildReport(List.of(), List.of(), 0)));
        assertThat(read(objects, "{\"jsonrpc\":\"2.0\",\"method\":\"shine\",\"params\":[]}"))
                .isInstanceOf(Message.Ignored.class);
        assertThat(read(objects, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"log\",\"params\":{}}"))
                .isInstanceOf(Message.Ignored.class);
        assertThat(read(objects, "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"fatal\",\"result\":{}}"))
                .as("a message with a method is no answer")
                .isInstanceOf(Message.Ignored.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"result\":{\"id\":6,\"a\":\"{\\\"id\\\":7,|5",
                "{\"result\":[{\"id\":6},\"a\\\\\",\"\\\"id\\\":8\"],\"jsonrpc\":\"2.0\",\"id\":5}|5",
                "{\"result\":1,\"x\":\"\\u0022,\\\"id\\\":9\",\"id\" : 5.0 }|5",
                "{\"jsonrpc\":\"2.0\",\"id\":\"5\",\"result\":[[[|5",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"id\":6,\"result\":[|-2",
                "{\"jsonrpc\":\"2.0\",\"id\":5,\"method\":\"log\",\"params\":[|-2",
                "{\"jsonrpc\":\"2.0\",\"result\":[\"id\":5|-2",
            })
    void theRequestOfAnOverLongReplyIsFoundWhereverItStands(String line, long id) {
        for (int step = 1; step < 9; step++) {
            OversizedLine skimmed = objects.oversizedLine();
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            for (int at = 0; at < bytes.length; at += step) {
                skimmed.feed(bytes, at, Math.min(step, bytes.length - at));
            }
            assertThat(skimmed.end(99, "--max-reply (50 bytes)"))
                    .isInstanceOfSatisfying(Message.Unusable.class, unusable -> {
                        assertThat(unusable.id()).isEqualTo(id);
                        assertThat(unusable.reason()).contains("99 bytes is larger than --max-reply (50 bytes)");
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"loading, \"jsonrpc\":\"2.0\",\"id\":5", "[{\"id\":5,\"result\":{", "{\"a\":1"})
    void anOverLongLineThatIsNoMessageIsOutput(String line) {
        OversizedLine skimmed = objects.oversizedLine();
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        skimmed.feed(bytes, 0, bytes.length);
        assertThat(skimmed.end(99, "x")).isNull();
        assertThat(skimmed.head()).isEqualTo(bytes);
    }

    private static Capabilities capabilities(int concurrency, boolean cancel, Capabilities.Batch batch) {
        return new Capabilities(concurrency, cancel, batch, Capabilities.Tables.JSON, null);
    }

    @Test
    void capabilitiesAreReadAndWhatIsUnknownIsLeftAlone() {
        assertThat(capabilities("{}")).isEqualTo(Capabilities.LEAST);
        assertThat(capabilities("{\"concurrency\":8,\"cancel\":true,\"batch\":{\"max_size\":32},\"name\":[{}]}"))
                .isEqualTo(capabilities(8, true, new Capabilities.Batch(32, Duration.ZERO)));
        assertThat(capabilities("{\"batch\":{\"max_delay_ms\":2.5,\"max_size\":1e1,\"more\":[{}]},\"cancel\":true}"))
                .isEqualTo(capabilities(1, true, new Capabilities.Batch(10, Duration.ofNanos(2_500_000))));
        assertThat(capabilities("{\"batch\":null,\"cancel\":false}")).isEqualTo(Capabilities.LEAST);
        assertThat(capabilities("{\"batch\":false}")).isEqualTo(Capabilities.LEAST);
        assertThat(capabilities("{\"protocol\":1,\"concurrency\":8.0,\"cancel\":null}"))
                .isEqualTo(capabilities(8, false, Capabilities.Batch.NONE));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"concurrency\":0}|\"concurrency\" is 0 (expected: a whole number from 1 on)",
                "{\"concurrency\":\"8\"}|\"concurrency\" is \"8\" (expected: a whole number from 1 on)",
                "{\"concurrency\":[8]}|\"concurrency\" is a structure (expected: a whole number from 1 on)",
                "{\"cancel\":\"yes\"}|\"cancel\" is \"yes\" (expected: true or false)",
                "{\"protocol\":2}|\"protocol\" is 2 (expected: 1, the only version that this adapter speaks)",
                "{\"batch\":true}|\"batch\" is true (expected: an object such as {\"max_size\":32,\"max_delay_ms\":2})",
                "{\"batch\":{}}|\"batch\" has no \"max_size\" (expected: an object such as",
                "{\"batch\":{\"max_size\":0}}|\"max_size\" is 0 (expected: a whole number from 1 on)",
                "{\"batch\":{\"max_size\":2,\"max_delay_ms\":-1}}|\"max_delay_ms\" is -1 (expected: a number from 0 to 10000)",
                "{\"batch\":{\"max_size\":2,\"max_delay_ms\":\"2\"}}|\"max_delay_ms\" is \"2\" (expected: a number",
                "[]|the result must be an object",
            })
    void capabilitiesThatMakeNoSenseAreNamed(String result, String message) {
        assertThatThrownBy(() -> capabilities(result))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private Capabilities capabilities(String result) {
        return objects.capabilities(Bodies.within(result));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{\"predictions\":[1]}|--format=json only",
                "Content-Length: 30|without headers",
                "[{\"predictions\":[1]}]|one message a line",
            })
    void theClassicMistakesAreExplained(String line, String hint) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(objects.flaw(bytes, 0, bytes.length).why()).contains(hint);
    }

    @Test
    void headersAndNamesAreEscapedAsBodiesAre() {
        JsonRpc rpc = new JsonRpc(
                JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("m\u2028", "1", "m-1", null));
        PredictRequest asked = new PredictRequest(
                Bodies.of("{}"), new Deadline(0, 1), "HTTP_JSON", Map.of("x-request-id", "a\u0085b\u2029é"));
        assertThat(text(rpc.request(1, asked, 950))).contains("\"a\\u0085b\\u2029é\"");
        assertThat(new String(rpc.initialize(1, 0).array(), StandardCharsets.UTF_8))
                .contains("\"m\\u2028\"");
    }
}
