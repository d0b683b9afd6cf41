package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.merlinadapter.json.Bodies;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The heap is small, and only the line itself is paid for. */
class HugeLineTest {
    private static final int HUGE = 4 << 20;
    private static final String X = "x".repeat(HUGE);
    private static final ModelInfo MODEL = new ModelInfo("m", "1", "m-1", null);

    private final Format lines = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);
    private final Format rpc = new JsonRpc(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.FAIL, MODEL);

    private static Message readInLittleMemory(Format format, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        Message message = format.read(Bodies.of(bytes));
        assertThat(memory.getCurrentThreadAllocatedBytes() - before).isLessThan(HUGE);
        return message;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'error':'é%s'}",
                "{'error':{'message':'é%s'}}",
                "{'error':['é%s']}",
                "{'jsonrpc':'2.0','id':1,'error':{'code':422,'message':'é%s'}}",
                "{'jsonrpc':'2.0','id':1,'error':'é%s'}"
            })
    void aLongErrorIsCutAndCostsNoMoreThanIsKept(String line) {
        Format format = line.contains("rpc") ? rpc : lines;
        assertThat(readInLittleMemory(format, line.replace('\'', '"').formatted(X)))
                .isInstanceOfSatisfying(
                        Message.Failure.class,
                        failure -> assertThat(failure.message())
                                .contains("éxxx")
                                .endsWith("x…")
                                .hasSizeLessThan(ChildValues.LONGEST_TEXT + 10));
    }

    @Test
    void aLongLogMessageAndALongLastWordAreCut() {
        String log = "{\"jsonrpc\":\"2.0\",\"method\":\"%s\",\"params\":%s}";
        Message said = readInLittleMemory(rpc, log.formatted("log", "{\"message\":\"" + X + "\"}"));
        assertThat(((Message.Log) said).text()).endsWith("…").hasSizeLessThan(ChildValues.LONGEST_TEXT + 10);
        Message fatal = readInLittleMemory(rpc, log.formatted("fatal", "[\"" + X + "\"]"));
        assertThat(((Message.Fatal) fatal).reason()).endsWith("…").hasSizeLessThan(ChildValues.LONGEST_TEXT + 10);
    }

    @Test
    void aCutTextEndsWithAWholeCharacter() throws JsonException {
        for (String character : new String[] {"é", "€", "\\n", "\\u20ac", "\uD83D\uDE00", "\\ud83d\\ude00"}) {
            for (int before = 0; before < 6; before++) {
                String text = "x".repeat(before) + character.repeat(ChildValues.LONGEST_TEXT);
                byte[] bytes = ('"' + text + '"').getBytes(StandardCharsets.UTF_8);
                JsonScanner scanner = JsonScanner.strict(bytes, 0, bytes.length);
                scanner.next();
                assertThat(ChildValues.text(scanner))
                        .endsWith("…")
                        .doesNotContain("\ufffd")
                        .matches(HugeLineTest::isWhole);
                assertThat(ChildValues.raw(bytes, 0, bytes.length))
                        .endsWith("…")
                        .doesNotContain("\ufffd");
            }
        }
    }

    @Test
    void aResultThatIsOneLongTextIsNotCopied() {
        String result = "\"\\\"é" + X + "\\\\\"";
        Message read = readInLittleMemory(rpc, "{\"jsonrpc\":\"2.0\",\"result\": " + result + " ,\"id\":7}");
        assertThat(read).isInstanceOfSatisfying(Message.Reply.class, reply -> {
            assertThat(reply.id()).isEqualTo(7);
            assertThat(Bodies.text(reply.body())).isEqualTo(result);
        });
    }

    @Test
    void aMillionNaNsAreComplainedOfOnce() {
        String reply = "{\"é\":[" + "NaN,".repeat(HUGE / 4) + "-Infinity]}";
        assertThat(((Message.Unusable) readInLittleMemory(lines, reply)).reason())
                .contains("has NaN in byte 7,");
    }

    @Test
    void eachOfManyNaNsBecomesNull() {
        JsonLines nulls = new JsonLines(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL);
        byte[] bytes = " [NaN,-Infinity,+Infinity,Infinity,-INF,+INF,\"NaN\\\"I\",{\"N\":NaN},-1.5e3,null,true]"
                .getBytes(StandardCharsets.UTF_8);
        Message.Reply reply = (Message.Reply) nulls.read(Bodies.of(bytes));
        assertThat(Bodies.text(reply.body()))
                .isEqualTo("[null,null,null,null,null,null,\"NaN\\\"I\",{\"N\":null},-1.5e3,null,true]");
    }

    private static boolean isWhole(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }
}
