package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.protocol.JsonRpc;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.protocol.ModelInfo;
import io.merlinadapter.scripted.ManualEventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads behind lines of replies, from the bytes that a child writes to the messages that the loop gets. */
class PayloadsTest {
    private static final int MOST = 100_000;
    private static final String LONG = "\n\0{\"jsonrpc\"".repeat(1000);

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final List<String> heard = new ArrayList<>();
    private final ReplyReader.Inbox inbox = new ReplyReader.Inbox() {
        @Override
        public void replies(List<Message.Outcome> batch, ReplyReader.Arrival arrival) {
            batch.forEach(PayloadsTest.this::hear);
        }

        @Override
        public void fatal(String why) {
            heard.add("fatal: " + why);
        }

        @Override
        public void mixedUp(String why) {
            heard.add("mixed up: " + why);
        }

        @Override
        public void ended() {
            heard.add("ended");
        }
    };

    private void hear(Message.Outcome message) {
        if (message instanceof Message.Batch batch) {
            batch.answers().forEach(this::hear);
        } else if (message instanceof Message.Reply reply) {
            StringBuilder text = new StringBuilder(reply.id() + " " + text(reply.body()));
            reply.body().attached().forEach(payload -> text.append(" + ").append(text(payload)));
            heard.add(text.toString());
        } else if (message instanceof Message.Failure failure) {
            heard.add(failure.id() + " failed: " + failure.message());
        } else if (message instanceof Message.Unusable unusable) {
            heard.add(unusable.id() + " unusable: " + unusable.reason());
        }
        message.drop();
    }

    private static String text(Body body) {
        String text = new String(body.bytes(), body.offset(), body.length(), StandardCharsets.ISO_8859_1);
        return text.length() < 1000 ? text : text.length() + " bytes";
    }

    private ReplyReader reader() {
        JsonRpc format = new JsonRpc(
                JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.NULL, new ModelInfo("m", "1", "m-1", null), true);
        var resources = new ReplyReader.Resources(loop, format, budget, AdapterMetrics.NONE, MOST, "stdout");
        return new ReplyReader(
                resources, new ChildLog(0, AdapterMetrics.NONE, loop::now), new ChildReports() {}, inbox);
    }

    private void feed(ReplyReader reader, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        reader.bytes(bytes, bytes.length);
        loop.turn();
    }

    private static String reply(int id, String sizes) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"payload_bytes\":" + sizes + ",\"result\":{\"n\":" + id + "}}";
    }

    private static final String STREAM = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n"
            + reply(2, "[3,0,2]") + "\na\nb\0\n\n"
            + "[" + reply(3, "[1]") + "," + reply(4, "[]") + ",{\"jsonrpc\":\"2.0\",\"id\":5,\"payload_bytes\":[2],"
            + "\"error\":\"no\"}," + reply(6, "[0,1]") + "]\nxyyz\n"
            + "log\n"
            + reply(7, "[" + LONG.length() + "]") + "\n" + LONG + "\n"
            + "{\"jsonrpc\":\"2.0\",\"id\":8,\"payload_bytes\":[1],\"result\":{\"x\":NaN}}\nq\n"
            + reply(9, "null") + "\n";
    private static final List<String> MESSAGES = List.of(
            "1 {}",
            "2 {\"n\":2} + a\nb +  + \0\n",
            "3 {\"n\":3} + x",
            "4 {\"n\":4}",
            "5 failed: no",
            "6 {\"n\":6} +  + z",
            "7 {\"n\":7} + " + LONG.length() + " bytes",
            "8 {\"x\":null} + q",
            "9 {\"n\":9}");

    @Test
    void theyGoWithTheirRepliesWhereverTheBytesAreCut() {
        for (int at = 1; at < STREAM.length(); at++) {
            heard.clear();
            ReplyReader reader = reader();
            feed(reader, STREAM.substring(0, at));
            feed(reader, STREAM.substring(at));
            assertThat(heard).as("cut at %d", at).isEqualTo(MESSAGES);
            assertThat(budget.used()).isZero();
            assertThat(reader.owed()).isZero();
        }
    }

    @Test
    void theyGoWithTheirRepliesWhenEachByteComesAlone() {
        ReplyReader reader = reader();
        STREAM.chars().forEach(c -> feed(reader, String.valueOf((char) c)));
        assertThat(heard).isEqualTo(MESSAGES);
    }

    @Test
    void aReplyWaitsForItsPayloadAndIsPaidForMeanwhile() {
        ReplyReader reader = reader();
        feed(reader, reply(2, "[90000]") + "\n" + "x".repeat(80_000));
        assertThat(heard).isEmpty();
        assertThat(reader.owed()).isEqualTo(10_001);
        assertThat(budget.used()).isGreaterThanOrEqualTo(90_000);
        reader.end();
        loop.turn();
        assertThat(heard).containsExactly("ended");
        assertThat(budget.used()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {MOST, 9_007_199_254_740_991L})
    void whatIsLargerThanARepliesMayBeIsReadPastAndItsCallFails(long size) {
        ReplyReader reader = reader();
        feed(reader, reply(2, "[" + size + "]") + "\n");
        for (long i = 0; i < Math.min(size, 10L * MOST); i += 1000) {
            feed(reader, "x".repeat(1000));
            assertThat(budget.used()).isLessThan(1000);
        }
        if (size == MOST) {
            feed(reader, "\n" + reply(3, "[1]") + "\ny\n");
            assertThat(heard)
                    .containsExactly(
                            "2 unusable: the program's reply of 100066 bytes is larger than --max-reply (100000 bytes)",
                            "3 {\"n\":3} + y");
        } else {
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void ofABatchOnlyThoseFailWhosePayloadsAreTooLarge() {
        ReplyReader reader = reader();
        feed(reader, "[" + reply(2, "[60000]") + "," + reply(3, "[]") + "," + reply(4, "[60000]") + "]\n");
        feed(reader, "x".repeat(120_000) + "\n");
        assertThat(heard).hasSize(3);
        assertThat(heard.get(0)).startsWith("2 unusable: the program's reply of 120");
        assertThat(heard.get(1)).isEqualTo("3 {\"n\":3}");
        assertThat(heard.get(2)).startsWith("4 unusable: ");
    }

    @Test
    void whatThereIsNoMemoryForIsReadPastAndItsCallFails() {
        ReplyReader reader = new ReplyReader(
                new ReplyReader.Resources(
                        loop,
                        new JsonRpc(
                                JsonLines.ReplyKind.OBJECT,
                                JsonLines.NanPolicy.FAIL,
                                new ModelInfo("m", "1", "m-1", null),
                                true),
                        new MemoryBudget(20_000),
                        AdapterMetrics.NONE,
                        MOST,
                        "stdout"),
                new ChildLog(0, AdapterMetrics.NONE, loop::now),
                new ChildReports() {},
                inbox);
        feed(reader, reply(2, "[10,90000,10]") + "\n" + "x".repeat(90_020) + "\n" + reply(3, "[1]") + "\ny\n");
        assertThat(heard.get(0)).contains("2 unusable: ", "what --memory-budget (20000 bytes) has left");
        assertThat(heard.get(1)).isEqualTo("3 {\"n\":3} + y");
    }

    @Test
    void aPayloadOfAnotherLengthThanWasSaidEndsTheChildAndNotTheAnswersOfOthers() {
        ReplyReader reader = reader();
        feed(reader, reply(2, "[1]") + "\nx\n" + reply(3, "[3]") + "\nabcdef\n");
        assertThat(heard).hasSize(3);
        assertThat(heard.get(0)).isEqualTo("2 {\"n\":2} + x");
        assertThat(heard.get(1)).startsWith("3 unusable: behind the payloads of its reply comes no newline");
        assertThat(heard.get(2)).startsWith("mixed up: behind the payloads");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"jsonrpc":"2.0","id":2,"result":{},"payload_bytes":[-1]} | "payload_bytes" has -1 (expected: for each
                    {"jsonrpc":"2.0","id":2,"result":{},"payload_bytes":[1.5]} | has 1.5
                    {"jsonrpc":"2.0","id":2,"result":{},"payload_bytes":["1"]} | has a text
                    {"jsonrpc":"2.0","id":2,"result":{},"payload_bytes":[1e30]} | has 1e30
                    {"jsonrpc":"2.0","id":2,"result":{},"payload_bytes":[[1]]} | has a structure
                    {"jsonrpc":"2.0","id":2,"result":{},"payload_bytes":7} | has 7
                    {"jsonrpc":"2.0","id":2,"payload_bytes":[1],"result":{},"payload_bytes":[1]} | two members "payload_bytes"
                    {"jsonrpc":"2.0","id":2,"payload_bytes":[1],"result":{} | announces payloads can't be read
                    [{"jsonrpc":"2.0","id":2,"result":{},"payload_bytes":[-1]}] | "payload_bytes" has -1
                    """)
    void whereTheNextLineBeginsIsNotGuessed(String line, String why) {
        ReplyReader reader = reader();
        feed(reader, line + "\n");
        assertThat(heard).hasSize(1);
        assertThat(heard.get(0)).startsWith("mixed up: ").contains(why);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aLineThatIsTooLongAndAnnouncesPayloadsIsTheEndOfItsChild() {
        ReplyReader reader = reader();
        feed(reader, reply(2, "[1]").replace("{\"n\":2}", "{\"n\":\"" + "x".repeat(MOST) + "\"}") + "\n");
        assertThat(heard).hasSize(1);
        assertThat(heard.get(0)).startsWith("mixed up: the program's reply of ").contains("announces payloads");
    }

    @Test
    void tooManyAreRefused() {
        ReplyReader reader = reader();
        String[] sizes = new String[65];
        Arrays.fill(sizes, "1");
        feed(reader, reply(2, "[" + String.join(",", sizes) + "]") + "\n");
        assertThat(heard.get(0)).contains("more than 64 numbers");
    }
}
