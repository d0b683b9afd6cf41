package io.merlinadapter.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.MemoryBudget;
import io.merlinadapter.predict.PredictException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Broken and unbroken JSON against both readers: they answer, agree with each other, and never let a line become two. */
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
    private static final byte[] SPICE = "{}[]\",:\\ntfN-0189.eE \r\n\t\0\u007f".getBytes(StandardCharsets.US_ASCII);

    private final JsonLines objects = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);
    private final JsonLines anything = new JsonLines(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL);

    @Test
    void readersSurviveWhatTheyAreGiven() {
        fuzz(1, 60_000);
    }

    @Tag("long")
    @Tag("fuzz")
    @Test
    void readersSurviveWhatTheyAreGivenForLong() {
        fuzz(System.nanoTime(), 20_000_000);
    }

    private void fuzz(long seed, int rounds) {
        Random random = new Random(seed);
        for (int round = 0; round < rounds; round++) {
            byte[] bytes = mutated(random);
            try {
                check(bytes.clone());
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + hex(bytes), e);
            }
        }
    }

    private static byte[] mutated(Random random) {
        byte[] seed = SEEDS[random.nextInt(SEEDS.length)].getBytes(StandardCharsets.UTF_8);
        List<Byte> bytes = new ArrayList<>();
        for (byte b : seed) {
            bytes.add(b);
        }
        for (int n = random.nextInt(4); n > 0 && !bytes.isEmpty(); n--) {
            int at = random.nextInt(bytes.size());
            byte spice = random.nextInt(4) == 0 ? (byte) random.nextInt(256) : SPICE[random.nextInt(SPICE.length)];
            switch (random.nextInt(3)) {
                case 0 -> bytes.set(at, spice);
                case 1 -> bytes.add(at, spice);
                default -> bytes.remove(at);
            }
        }
        byte[] result = new byte[bytes.size()];
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes.get(i);
        }
        return result;
    }

    private void check(byte[] bytes) {
        boolean accepted = accepts(bytes.clone());
        Message asObject = objects.read(bytes, 0, bytes.length);
        Message asAny = anything.read(bytes, 0, bytes.length);
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
        byte[] part = new byte[reply.length()];
        System.arraycopy(reply.bytes(), reply.offset(), part, 0, part.length);
        return part;
    }

    /** Whether the bytes make a line; it must be one line, and be accepted again as it is. */
    private boolean accepts(byte[] bytes) {
        try {
            Body line = objects.accept(new Body(bytes, 0, bytes.length, new MemoryBudget(0), 0));
            String text = new String(line.bytes(), line.offset(), line.length(), StandardCharsets.ISO_8859_1);
            assertThat(text).doesNotContain("\n", "\r");
            return true;
        } catch (PredictException e) {
            assertThat(e).hasMessageStartingWith("the request body must be one JSON value");
            return false;
        }
    }

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (byte b : bytes) {
            hex.append(String.format("%02x ", b));
        }
        return hex.toString();
    }
}
