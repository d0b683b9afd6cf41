package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.ChildLog;
import io.merlinadapter.protocol.Flaw;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.protocol.JsonRpc;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.protocol.ModelInfo;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ManualEventLoop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReplyReaderTest {
    private static final Format LINES = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);
    private static final Format RPC = new JsonRpc(
            JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("model", "1", "model-1", null));

    private final ManualEventLoop loop = new ManualEventLoop();
    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final AtomicInteger unusable = new AtomicInteger();
    private final AdapterMetrics metrics = new AdapterMetrics() {
        @Override
        public void unusableLine() {
            unusable.incrementAndGet();
        }
    };
    private final List<String> heard = new ArrayList<>();
    private final ReplyReader.Inbox inbox = new ReplyReader.Inbox() {
        @Override
        public void replies(List<Message.Outcome> batch, ReplyReader.Arrival arrival) {
            heard.add(batch.size() + " at " + (arrival.at() - start)
                    + (arrival.unread() < 0 ? "" : ", unread " + arrival.unread()));
            for (Message.Outcome message : batch) {
                heard.add(message.getClass().getSimpleName() + " " + message.preview());
                message.drop();
            }
        }

        @Override
        public void fatal(String why) {
            heard.add("fatal " + why);
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
    private final long start = loop.now();

    private ReplyReader reader(Format format) {
        return reader(format, 0);
    }

    private ReplyReader reader(Format format, int worker) {
        ReplyReader.Resources resources = new ReplyReader.Resources(loop, format, budget, metrics, 200_000, "stdout");
        return new ReplyReader(resources, new ChildLog(worker, metrics, loop::now), new ChildReports() {}, inbox);
    }

    private static void feed(ReplyReader reader, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        reader.bytes(bytes, bytes.length);
    }

    @Test
    void theRepliesOfOneReadComeTogetherAndOnTheLoopOnly() {
        ReplyReader reader = reader(LINES);
        feed(reader, "{\"a\":1}\n{\"b\":2}\n{\"c\"");
        feed(reader, ":3}\n");
        assertThat(heard).isEmpty();
        loop.turn();
        assertThat(heard).containsExactly("2 at 0", "Reply {\"a\":1}", "Reply {\"b\":2}", "1 at 0", "Reply {\"c\":3}");
        assertThat(budget.used()).isZero();
        assertThat(reader.seen()).isEqualTo(24);
        assertThat(reader.lastByteAt()).isEqualTo(start);
    }

    @Test
    void repliesComeWithWhatTheChildHadNotReadWhenTheyCame() {
        ReplyReader reader = reader(LINES);
        AtomicInteger unread = new AtomicInteger(7);
        reader.gaugeInput(unread::get);
        feed(reader, "{\"a\":1}\n");
        unread.set(0);
        feed(reader, "{\"b\":2}\n");
        loop.turn();
        assertThat(heard).containsExactly("1 at 0, unread 7", "Reply {\"a\":1}", "1 at 0, unread 0", "Reply {\"b\":2}");
    }

    @Test
    void aMessageThatIsNoReplyInThisProgramIsOutputAndItsKindIsSaidOnce() {
        ReplyReader reader = reader(LINES);
        Flaw flaw = new Flaw("unnumbered", Flaw.Sign.REPLY, "it has no number");
        feed(reader, "{\"a\":1}\n");
        loop.turn();
        for (int i = 0; i < 2; i++) {
            Message.Outcome reply = (Message.Outcome) LINES.read(Bodies.of("{\"a\":1}"));
            reader.disown(reply, flaw);
        }
        assertThat(reader.outputs()).isEqualTo(2);
        assertThat(unusable).hasValue(2);
        assertThat(reader.flawSince(start)).isEqualTo(flaw);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aReplyIsPaidForUntilItIsDropped() {
        ReplyReader reader = reader(LINES);
        feed(reader, "{\"a\":\"" + "x".repeat(100_000) + "\"}\n");
        assertThat(budget.used()).isGreaterThan(100_000);
        loop.turn();
        assertThat(budget.used()).isZero();
        assertThat(heard.get(1)).isEqualTo("Reply {\"a\":\"" + "x".repeat(194) + "…");
    }

    @Test
    void whatIsNoMessageIsCountedAndPaysBack() {
        ReplyReader reader = reader(LINES);
        feed(reader, "Loading model\n\n" + "y".repeat(300_000) + "\nhalf");
        reader.end();
        loop.turn();
        assertThat(heard).containsExactly("ended");
        assertThat(reader.outputs()).isEqualTo(3);
        assertThat(unusable).hasValue(3);
        assertThat(budget.used()).isZero();
    }

    @Test
    void aReplyThatIsTooLongIsAnUnusableOne() {
        feed(reader(LINES), "{\"a\":\"" + "x".repeat(300_000) + "\"}\n{}\n");
        loop.turn();
        assertThat(heard).hasSize(3).last().isEqualTo("Reply {}");
        assertThat(heard.get(1)).contains("Unusable the program's reply of 300008 bytes is larger than --max-reply");
        assertThat(budget.used()).isZero();
    }

    @Test
    void aChildAsksOnceToBeReplacedAfterWhatItSaidBefore() {
        String fatal = "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\",\"params\":{\"message\":\"GPU lost\"}}\n";
        String failure = "{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":422,\"message\":\"no\"}}\n";
        String reply = "{\"jsonrpc\":\"2.0\",\"id\":8,\"result\":{\"p\":1}}\n";
        feed(reader(RPC), reply + fatal + fatal + failure);
        loop.turn();
        assertThat(heard).containsExactly("1 at 0", "Reply {\"p\":1}", "fatal GPU lost", "1 at 0", "Failure no");
        assertThat(budget.used()).isZero();
    }

    @Test
    void aLineThatCanNotBeReadForAFaultOfOursIsPaidBack() {
        Format faulty = (Format) java.lang.reflect.Proxy.newProxyInstance(
                Format.class.getClassLoader(), new Class<?>[] {Format.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException("a fault of ours");
                });
        ReplyReader reader = reader(faulty);
        assertThatThrownBy(() -> feed(reader, "{}\n")).hasMessage("a fault of ours");
        assertThat(budget.used()).isZero();
    }

    @Test
    void aFlawedLineKeepsItsPlaceAmongTheReplies() {
        feed(reader(LINES), "{\"a\":1}\n{'a': 1}\nloading\n{\"b\":2}\n");
        loop.turn();
        assertThat(heard).hasSize(4);
        assertThat(heard.get(1)).isEqualTo("Reply {\"a\":1}");
        assertThat(heard.get(2)).startsWith("Flawed it looks like a Python dict");
        assertThat(heard.get(3)).isEqualTo("Reply {\"b\":2}");
    }

    @Test
    void aFlawIsNoMessageWhereRepliesSayWhomTheyAreFor() {
        feed(reader(RPC), "{'a': 1}\n{\"a\":1}\n");
        loop.turn();
        assertThat(heard).isEmpty();
    }

    @Test
    void aLineWithoutItsEndIsJudgedFromWhereItWasJudgedBefore() {
        ReplyReader reader = reader(LINES);
        feed(reader, "loading\n{\"a\":1");
        assertThat(reader.unfinished()).isEqualTo(6);
        assertThat(reader.judgeUnfinished()).isNull();
        feed(reader, "}");
        assertThat(reader.judgeUnfinished().why()).contains("no end of line");
        feed(reader, "{\"b\":2}");
        assertThat(reader.judgeUnfinished().why()).contains("no end of line");
        feed(reader, "\n{\"c\":3}\r");
        assertThat(reader.judgeUnfinished().why()).contains("no end of line but");
        feed(reader, "\n");
        assertThat(reader.unfinished()).isZero();
        assertThat(reader.judgeUnfinished()).isNull();
        loop.turn();
        assertThat(heard).last().isEqualTo("Reply {\"c\":3}");
    }

    @Test
    void whatAProgramMayNotHaveMeantIsSaidOnce() {
        try (LogCapture log = new LogCapture("io.merlinadapter.child")) {
            // Other tests, which run beside this one, have workers too.
            ReplyReader reader = reader(LINES, 7411);
            for (int i = 0; i < 3; i++) {
                feed(
                        reader,
                        "{\"error\":\"no\",\"status\":422}\n{\"error\":{\"msg\":\"boo\"}}\n{'a': 1}\n{\"p\":" + i
                                + ",}\n");
            }
            List<String> ours = log.messages().stream()
                    .filter(line -> line.startsWith("worker 7411"))
                    .toList();
            assertThat(ours)
                    .filteredOn(line -> line.contains("beside other members"))
                    .hasSize(1);
            assertThat(ours).filteredOn(line -> line.contains("no \"message\"")).hasSize(1);
            assertThat(ours).filteredOn(line -> line.contains("json.dumps")).hasSize(1);
            assertThat(ours).filteredOn(line -> line.contains("last comma")).hasSize(1);
        }
    }

    /** What the loop takes of this, as text. */
    private static String taken(ReplyReader reader, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int taken = reader.takeAtOnce(bytes, bytes.length);
        return new String(bytes, 0, taken, StandardCharsets.UTF_8);
    }

    @Test
    void wholeRepliesAreTakenOnTheLoopAndHandledInTheSameTurn() {
        ReplyReader reader = reader(LINES);
        reader.gaugeInput(() -> 7);
        assertThat(taken(reader, "{\"a\":1}\n{\"b\":2}\n")).isEqualTo("{\"a\":1}\n{\"b\":2}\n");
        assertThat(heard).containsExactly("2 at 0, unread 7", "Reply {\"a\":1}", "Reply {\"b\":2}");
        assertThat(reader.seen()).isEqualTo(16);
        assertThat(reader.lastByteAt()).isEqualTo(start);
        assertThat(reader.isWhole()).isTrue();
        assertThat(budget.used()).isZero();
    }

    @Test
    void whatHasToBeLoggedIsLeftForAThreadWithAllThatFollows() {
        ReplyReader reader = reader(LINES);
        for (String output : List.of("loading", "", "{\"a\":", "[1]", "{\"a\":NaN}", "{\"a\":1} x")) {
            assertThat(taken(reader, "{\"a\":1}\n" + output + "\n{\"b\":2}\n"))
                    .as(output)
                    .isEqualTo("{\"a\":1}\n");
        }
        assertThat(unusable).hasValue(0);
        assertThat(reader.seen()).isEqualTo(6 * 8);
        assertThat(reader.outputs()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    void messagesThatEndNoRequestAreLeftForAThread() {
        ReplyReader reader = reader(RPC);
        String reply = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n";
        for (String method : List.of("fatal", "log", "metrics", "whatever")) {
            String notice = "{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":{}}\n";
            assertThat(taken(reader, reply + notice + reply)).as(method).isEqualTo(reply);
        }
        assertThat(taken(reader, "{\"jsonrpc\":\"2.0\",\"id\":1}\n")).isEmpty();
        assertThat(taken(reader, "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":400,\"message\":\"no\"}}\n"))
                .isNotEmpty();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aLineThatIsNotWholeIsLeftForAThreadUntilItsEnd() {
        ReplyReader reader = reader(LINES);
        assertThat(taken(reader, "{\"a\":1}\n{\"b\"")).isEqualTo("{\"a\":1}\n");
        feed(reader, "{\"b\"");
        assertThat(reader.isWhole()).isFalse();
        assertThat(taken(reader, ":2}\n{\"c\":3}\n")).isEmpty();
        feed(reader, ":2}\n");
        loop.turn();
        assertThat(taken(reader, "{\"c\":3}\n")).isNotEmpty();
        assertThat(heard)
                .containsExactly("1 at 0", "Reply {\"a\":1}", "1 at 0", "Reply {\"b\":2}", "1 at 0", "Reply {\"c\":3}");
        assertThat(budget.used()).isZero();
    }

    @Test
    void muchAtOnceIsLeftForAThread() {
        ReplyReader reader = reader(LINES);
        assertThat(taken(reader, "{\"a\":1}\n".repeat(10_000))).isEmpty();
        assertThat(heard).isEmpty();
    }
}
