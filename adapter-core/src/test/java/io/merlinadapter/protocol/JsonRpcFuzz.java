package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.Mutation;
import io.merlinadapter.json.RandomJson;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** The reader of JSON-RPC against correct messages, whose meaning is known, and broken ones, which may hurt one request. */
final class JsonRpcFuzz {
    private static final ModelInfo MODEL = new ModelInfo("m", "1", "m-1", null);
    private static final JsonRpc OBJECTS = new JsonRpc(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, MODEL);
    private static final JsonRpc ANYTHING = new JsonRpc(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL, MODEL);
    private static final String[] OTHERS = {
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":422,\"message\":\"why\",\"data\":[{\"id\":8}]}}",
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"why\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"log\",\"params\":{\"level\":\"warn\",\"message\":\"m\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\",\"params\":{\"message\":\"m\"}}",
        "{\"jsonrpc\":\"2.0\",\"method\":\"metrics\",\"params\":[{\"name\":\"a\",\"type\":\"histogram\",\"value\":1.5,"
                + "\"labels\":{\"b\":\"\\u00e9\",\"c\":1},\"buckets\":[1,2],\"help\":\"h\"},{\"name\":\"d\",\"value\":NaN}]}",
        "{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"a\":NaN,\"b\":[-Infinity]}}",
        "{\"id\":3,\"result\":{}}",
    };

    private final Random random;
    private final RandomJson json;

    JsonRpcFuzz(Random random) {
        this.random = random;
        this.json = new RandomJson(random);
    }

    /** A correct message is understood to the byte, whatever it looks like. */
    void correct() {
        long id = 1L + random.nextInt(1_000_000);
        String result = json.value(3);
        String line = json.answer(id, result);
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            isReply(ANYTHING.read(Bodies.of(bytes)), id, result);
            if (result.startsWith("{")) {
                isReply(OBJECTS.read(Bodies.of(bytes)), id, result);
            }
            assertThat(skimmed(bytes)).isEqualTo(id);
        } catch (RuntimeException | Error e) {
            throw new AssertionError(line, e);
        }
    }

    private static void isReply(Message message, long id, String result) {
        assertThat(message).isInstanceOfSatisfying(Message.Reply.class, reply -> {
            assertThat(reply.id()).isEqualTo(id);
            assertThat(Bodies.text(reply.body())).isEqualTo(result);
        });
    }

    /** What the skimmer makes of the line, which may arrive in any pieces. */
    private long skimmed(byte[] bytes) {
        OversizedLine line = OBJECTS.oversizedLine();
        for (int at = 0; at < bytes.length; ) {
            int size = Math.min(bytes.length - at, 1 + random.nextInt(40));
            line.feed(bytes, at, size);
            at += size;
        }
        return line.end(1, "x") instanceof Message.Unusable unusable ? unusable.id() : Message.NOBODY;
    }

    /** A broken message is none, or hurts the request that the skimmer would name as well, or means what it says. */
    void broken() {
        String seed = random.nextBoolean() ? json.pick(OTHERS) : json.answer(7, json.object(2));
        byte[] bytes = Mutation.of(seed, random);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = bytes[i] == '\n' ? (byte) ' ' : bytes[i]; // a line has none
        }
        try {
            check(bytes, ANYTHING.read(Bodies.of(bytes)));
            check(bytes, OBJECTS.read(Bodies.of(bytes)));
        } catch (RuntimeException | Error e) {
            throw new AssertionError(Mutation.hex(bytes), e);
        }
    }

    private void check(byte[] bytes, Message message) {
        if (message instanceof Message.Reply reply) {
            byte[] result = Bodies.text(reply.body()).getBytes(StandardCharsets.UTF_8);
            assertThatCode(() -> JsonScanner.check(result, 0, result.length))
                    .as("a result is valid JSON")
                    .doesNotThrowAnyException();
            assertThat(reply.id()).isPositive();
            assertThat(skimmed(bytes)).as("skimmed").isEqualTo(reply.id());
        } else if (message instanceof Message.Failure failure) {
            assertThat(failure.status()).isBetween(400, 599);
            assertThat(failure.id()).isNotEqualTo(Message.NOBODY).isNotZero();
        } else if (message instanceof Message.Unusable unusable) {
            assertThat(unusable.id()).isNotEqualTo(Message.NEXT).isNotEqualTo(Message.SOLE);
        }
        if (message == null) {
            OBJECTS.flaw(bytes, 0, bytes.length);
        }
    }
}
