package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.json.JsonLine;
import io.merlinadapter.json.Mutation;
import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Broken and unbroken lines against the readers of both formats: they answer, agree with each other, and never let a line
 * become two. */
class FuzzTest {
    private static final String[] SEEDS = {
        "{\"instances\":[[1,2.5e3,-0.1],[null,true,false]],\"s\":\"a\\n\\u00e9\\\"\"}",
        "{\"error\":{\"code\":422,\"message\":\"why\"}}",
        "{\"error\":\"x\"}",
        "{\"a\":NaN,\"b\":[Infinity,-Infinity]}",
        "[[[[{}]]]]",
        "{\"caf\u00e9\":\"\u20ac \ud83d\ude80\"}",
        " { } "
    };
    private static final JsonRpc RPC =
            new JsonRpc(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("m", "1", "m-1", null));

    private final JsonLines objects = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);
    private final JsonLines anything = new JsonLines(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL);

    @Test
    void readersSurviveWhatTheyAreGiven() {
        fuzz(Duration.ofSeconds(Long.getLong("fuzz.short.seconds", 1)));
    }

    @Tag("long")
    @Tag("fuzz")
    @Test
    void readersSurviveWhatTheyAreGivenForLong() {
        fuzz(Duration.ofSeconds(Long.getLong("fuzz.seconds", 600)));
    }

    /** Each round has a seed of its own, which a failure names. */
    private void fuzz(Duration time) {
        long first = Long.getLong("fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + time.toNanos();
        long rounds = 0;
        for (long seed = first; System.nanoTime() < end; seed++) {
            try {
                round(new Random(seed), seed % 400 == 0);
                rounds++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("-Dfuzz.seed=" + seed, e);
            }
        }
        System.out.println(rounds + " rounds from -Dfuzz.seed=" + first);
    }

    private void round(Random random, boolean withStream) {
        byte[] bytes = Mutation.of(SEEDS[random.nextInt(SEEDS.length)], random);
        try {
            check(bytes.clone());
        } catch (RuntimeException | Error e) {
            throw new AssertionError(Mutation.hex(bytes), e);
        }
        JsonRpcFuzz rpc = new JsonRpcFuzz(random);
        rpc.correct();
        rpc.broken();
        if (withStream) {
            new StreamFuzz(random, objects).round();
            new StreamFuzz(random, RPC).round();
        }
    }

    private void check(byte[] bytes) {
        boolean accepted = accepts(bytes.clone());
        Message asObject = objects.read(Bodies.of(bytes));
        Message asAny = anything.read(Bodies.of(bytes));
        if (asObject instanceof Message.Reply reply) {
            assertThat(accepts(part(reply))).as("a reply is valid JSON").isTrue();
        }
        if (asAny instanceof Message.Reply reply) {
            assertThat(accepts(part(reply)))
                    .as("a reply with nulls is valid JSON")
                    .isTrue();
        }
        boolean oneLine = new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\n') < 0;
        if (accepted && oneLine) {
            assertThat(asAny)
                    .as("what is accepted from a caller is a reply from a program")
                    .isNotNull();
        }
    }

    private static byte[] part(Message.Reply reply) {
        Body body = reply.body();
        return Arrays.copyOfRange(body.bytes(), body.offset(), body.offset() + body.length());
    }

    /** Whether the bytes make a line; it must be one line, and be accepted again as it is. */
    private boolean accepts(byte[] bytes) {
        try {
            Body line = JsonLine.of(Bodies.of(bytes));
            String text = new String(line.bytes(), line.offset(), line.length(), StandardCharsets.ISO_8859_1);
            assertThat(text).doesNotContain("\n", "\r");
            return true;
        } catch (PredictException e) {
            assertThat(e).hasMessageStartingWith("the request body must be one JSON value");
            return false;
        }
    }
}
