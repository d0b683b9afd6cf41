package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.json.RandomJson;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.transport.LineSplitter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A stream of messages, noise and giants, cut up by chance, against what each line means by itself. */
final class StreamFuzz implements LineSplitter.Sink {
    private static final int MAX_LINE = 80_000;

    private final Random random;
    private final RandomJson json;
    private final Format format;
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final List<String> seen = new ArrayList<>();
    private OversizedLine skim;

    StreamFuzz(Random random, Format format) {
        this.random = random;
        this.json = new RandomJson(random);
        this.format = format;
    }

    void round() {
        List<String> expected = new ArrayList<>();
        StringBuilder stream = new StringBuilder();
        for (int n = 1 + random.nextInt(12); n > 0; n--) {
            String line = line(n);
            byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
            expected.add(bytes.length > MAX_LINE ? giant(line, n) : show(format.read(Bodies.of(bytes))));
            stream.append(line).append('\n');
        }
        seen.clear();
        feed(stream.append("{\"jsonrpc\":\"2.0\",\"id\":1,\"res").toString().getBytes(StandardCharsets.UTF_8));
        assertThat(seen).isEqualTo(expected);
        assertThat(budget.used()).as("budget in use").isZero();
    }

    private String line(int id) {
        return switch (random.nextInt(8)) {
            case 0 -> "noise " + json.value(1).replace("\n", "");
            case 1 -> "";
            case 2 -> json.object(2);
            case 3 -> json.answer(id, "{\"big\":\"" + "x".repeat(60_000 + random.nextInt(40_000)) + "\"}");
            case 4 -> "y".repeat(79_000 + random.nextInt(2_000));
            default -> json.answer(id, json.object(2));
        };
    }

    private String giant(String line, int id) {
        return !line.strip().startsWith("{") ? "output" : format.hasIds() ? "unusable " + id : "unusable 0";
    }

    private void feed(byte[] all) {
        LineSplitter splitter = new LineSplitter(MAX_LINE, budget, Duration.ZERO, this);
        boolean fine = random.nextBoolean();
        for (int at = 0; at < all.length; ) {
            int size = Math.min(all.length - at, 1 + random.nextInt(fine ? 300 : 70_000));
            byte[] chunk = new byte[size + 7];
            System.arraycopy(all, at, chunk, 0, size);
            splitter.feed(chunk, size);
            at += size;
        }
        assertThat(splitter.end()).hasSize(28);
    }

    @Override
    public void line(Body line) {
        Message message = format.read(line);
        seen.add(show(message));
        (message instanceof Message.Reply reply ? reply.body() : line).release();
    }

    @Override
    public void skip(byte[] bytes, int offset, int length) {
        skim = skim == null ? format.oversizedLine() : skim;
        skim.feed(bytes, offset, length);
    }

    @Override
    public void cut(long total, String limit) {
        assertThat(total).isGreaterThan(MAX_LINE);
        seen.add(show(skim.end(total, limit)));
        skim = null;
    }

    private static String show(Message message) {
        if (message instanceof Message.Reply reply) {
            return "reply " + reply.id() + " " + Bodies.text(reply.body());
        }
        return message instanceof Message.Unusable unusable ? "unusable " + unusable.id() : "output";
    }
}
