package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests with payloads, and how a program says that it takes them. */
class JsonRpcPayloadTest {
    private static final ModelInfo MODEL = new ModelInfo("m", "1", "m-1", null);

    private final JsonRpc format = new JsonRpc(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, MODEL, true);
    private final JsonRpc without = new JsonRpc(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, MODEL);

    private ByteBuffer[] request(int id, String... payloads) {
        List<Body> attached = Stream.of(payloads).map(Bodies::within).toList();
        Body body = Bodies.within("{\"a\":" + id + "}").attach(attached);
        return format.request(id, new PredictRequest(body, new Deadline(0, 1), "UPI_V1", Map.of()), 5);
    }

    private static String text(ByteBuffer... parts) {
        StringBuilder text = new StringBuilder();
        for (ByteBuffer part : parts) {
            text.append(StandardCharsets.UTF_8.decode(part.duplicate()));
        }
        return text.toString();
    }

    private static String line(int id, String sizes) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + sizes + ",\"method\":\"predict\",\"params\":{\"timeout_ms\":5,"
                + "\"protocol\":\"UPI_V1\",\"headers\":{},\"body\":{\"a\":" + id + "}}}";
    }

    @Test
    void payloadsFollowTheLineOfARequest() {
        assertThat(text(request(7, "one", "", "three")))
                .isEqualTo(line(7, ",\"payload_bytes\":[3,0,5]") + "\nonethree");
        assertThat(text(request(8))).isEqualTo(line(8, ""));
    }

    @Test
    void thoseOfABatchFollowItInOrder() {
        String batch = text(format.batch(List.of(request(1, "one"), request(2), request(3, "t", "hree"))));
        assertThat(batch)
                .isEqualTo("[" + line(1, ",\"payload_bytes\":[3]") + "," + line(2, "") + ","
                        + line(3, ",\"payload_bytes\":[1,4]") + "]\nonethree");
    }

    @Test
    void onlyWhereItIsOfferedCanArrowBeTaken() {
        assertThat(text(format.initialize(1, 0))).endsWith("\"worker\":0,\"tables\":[\"json\",\"arrow\"]}}");
        assertThat(text(without.initialize(1, 0))).endsWith("\"worker\":0}}");
        Capabilities said = without.capabilities(Bodies.of("{\"concurrency\":2,\"tables\":\"arrow\"}"));
        assertThat(said.tables()).isEqualTo(Capabilities.Tables.JSON);
        assertThat(said.concurrency()).isEqualTo(2);
        assertThat(said.remark()).contains("which initialize did not offer");
    }

    @Test
    void whereItIsNotOfferedPayloadsAreAMemberLikeAnyOther() {
        Message reply = without.read(Bodies.of("{\"jsonrpc\":\"2.0\",\"id\":1,\"payload_bytes\":[1],\"result\":{}}"));
        assertThat(reply).isInstanceOf(Message.Reply.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"tables":"arrow"} | ARROW |
                    {"tables":"json"}  | JSON  |
                    {"tables":null}    | JSON  |
                    {}                 | JSON  |
                    {"tables":"csv"}   | JSON  | "tables" is "csv" (expected: "json" or "arrow")
                    {"tables":["arrow"]} | JSON | "tables" is a structure (expected: "json" or "arrow")
                    {"tables":true}    | JSON  | "tables" is true (expected: "json" or "arrow")
                    """)
    void theAnswerToInitializeSaysHowTablesAreTaken(String answer, Capabilities.Tables tables, String remark) {
        Capabilities said = format.capabilities(Bodies.of(answer));
        assertThat(said.tables()).isEqualTo(tables);
        assertThat(said.remark()).isEqualTo(remark);
    }
}
