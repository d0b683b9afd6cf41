package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.json.Bodies;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLinesTest {
    private final JsonLines objects = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);
    private final JsonLines predictions = new JsonLines(JsonLines.ReplyKind.PREDICTIONS, JsonLines.NanPolicy.FAIL);
    private final JsonLines anything = new JsonLines(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL);

    private static Message read(JsonLines format, String line) {
        return format.read(Bodies.within(line));
    }

    private static String replyText(Message message) {
        return Bodies.text(((Message.Reply) message).body());
    }

    @Test
    void anObjectIsAReplyWithoutTheBlanksAroundIt() {
        assertThat(replyText(read(objects, " {\"a\" : 1}\t\r"))).isEqualTo("{\"a\" : 1}");
        assertThat(replyText(read(objects, "{\"error\":1,\"a\":2}"))).isEqualTo("{\"error\":1,\"a\":2}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "loading", "[1]", "42", "\"a\"", "{'a': 1}", "{\"a\":", "{} {}", "{}x", "nan"})
    void anythingElseIsOutput(String line) {
        assertThat(read(objects, line)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "42", "-1.5", "\"a\"", "true", "null", "{}"})
    void anyValueIsAReplyWhereAskedFor(String line) {
        assertThat(replyText(read(anything, line))).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":\"bad age\"}|500|bad age",
                "{\"error\":{\"code\":422,\"message\":\"age\"}}|422|age",
                "{\"error\":{\"message\":\"age\",\"data\":{\"a\":[1]}}}|500|age",
                "{\"error\":{\"code\":-32602,\"message\":\"m\"}}|400|m",
                "{\"error\":{\"code\":503,\"message\":\"m\"}}|500|m",
                "{\"error\":{\"code\":499,\"message\":\"m\"}}|500|m",
                "{\"error\":{\"code\":200,\"message\":\"m\"}}|500|m",
                "{\"error\":{\"code\":0,\"message\":\"m\"}}|500|m",
                "{\"error\":{\"code\":599,\"message\":\"m\"}}|599|m",
                "{\"error\":{\"code\":600,\"message\":\"m\"}}|500|m",
                "{\"error\":{\"code\":99999999999,\"message\":\"m\"}}|500|m",
                "{\"error\":{\"code\":404}}|404|{\"code\":404}",
                "{\"error\": 42 }|500|42",
                "{\"error\":null}|500|null",
            })
    void anErrorAloneIsAFailure(String line, int status, String message) {
        assertThat(read(objects, line)).isInstanceOfSatisfying(Message.Failure.class, failure -> {
            assertThat(failure.status()).isEqualTo(status);
            assertThat(failure.message()).isEqualTo(message);
        });
    }

    @Test
    void notANumberIsNamedWithItsPlace() {
        assertThat(((Message.Unusable) read(objects, "{\"a\":{\"b\":[1,-Infinity]}}")).reason())
                .contains("-Infinity in byte 13");
        assertThat(((Message.Unusable) read(objects, "{\"a\":NaN}")).reason()).contains("NaN in \"a\"");
        assertThat(replyText(read(anything, "{\"a\":NaN,\"b\":[Infinity,\"NaN\"]}")))
                .isEqualTo("{\"a\":null,\"b\":[null,\"NaN\"]}");
        assertThat(replyText(read(anything, "NaN"))).isEqualTo("null");
    }

    @Test
    void anErrorWithNotANumberInItIsStillAFailure() {
        assertThat(read(anything, "{\"error\":{\"code\":422,\"message\":\"bad\",\"score\":NaN}}"))
                .isEqualTo(new Message.Failure(Message.NEXT, 422, "bad"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a': 1}|json.dumps",
                "{|over several lines",
                "{\"a\": [1,}|starts like a reply",
                "[1, 2]|--reply=any",
                "request? {\"a\": 1}|follows other text",
            })
    void classicMistakesAreNamed(String line, String hint) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(objects.flaw(bytes, 0, bytes.length).why()).contains(hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"loading model", "[INFO] ready", "epoch {1/3}", ""})
    void ordinaryLogLinesGetNoAdvice(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(objects.flaw(bytes, 0, bytes.length)).isNull();
    }

    @Test
    void aReplyInAnotherEncodingIsNamed() {
        byte[] latin = "{\"a\":\"caf\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(((Message.Unusable) objects.read(Bodies.of(latin))).reason()).contains("not UTF-8");
    }

    @Test
    void aReplyThatIsNestedTooDeeplyIsNamed() {
        String deep = "{\"a\":" + "[".repeat(300) + "]".repeat(300) + "}";
        assertThat(((Message.Unusable) read(objects, deep)).reason()).contains("deeper");
    }

    @Test
    void aLineThatWasCutIsAReplyOnlyIfItBeginsLikeOne() {
        byte[] reply = "  {\"a\"".getBytes(StandardCharsets.UTF_8);
        assertThat(((Message.Unusable) cut(reply)).reason())
                .contains("99 bytes")
                .contains("--max-reply");
        assertThat(cut("progress".getBytes(StandardCharsets.UTF_8))).isNull();
    }

    private Message cut(byte[] head) {
        OversizedLine line = objects.oversizedLine();
        line.feed(head, 0, head.length);
        return line.end(99, "--max-reply (50 bytes)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"predictions\":[1]}",
                "{\"model\":\"m\",\"predictions\":[]}",
                "{\"predictions\":[1],\"error\":null}",
                "{\"predictions\":null}",
                "{\"prediction_result_table\":{\"columns\":[]}}"
            })
    void whereAskedForAnObjectWithPredictionsIsAReply(String line) {
        assertThat(replyText(read(predictions, line))).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"level\":\"info\",\"msg\":\"predictions\"}",
                "{\"loss\":NaN}",
                "{}",
                "{\"log\":{\"predictions\":[1]}}",
                "{\"error\":\"e\",\"level\":\"warn\"}",
                "{\"Predictions\":[1]}"
            })
    void whereAskedForAnyOtherObjectIsOutputWithAHint(String line) {
        assertThat(read(predictions, line)).isNull();
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(predictions.flaw(bytes, 0, bytes.length)).satisfies(flaw -> {
            assertThat(flaw.sign()).isEqualTo(Flaw.Sign.OUTPUT);
            assertThat(flaw.why()).contains("has \"predictions\"", "--reply=predictions");
        });
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "pino|{\"level\":30,\"time\":1531171074631,\"pid\":657,\"hostname\":\"h\",\"msg\":\"hello\"}",
                "bunyan|{\"name\":\"a\",\"hostname\":\"h\",\"pid\":1,\"level\":30,\"msg\":\"hi\",\"time\":\"t\",\"v\":0}",
                "winston|{\"level\":\"info\",\"message\":\"hello\",\"timestamp\":\"t\"}",
                "zap|{\"level\":\"info\",\"ts\":1e9,\"caller\":\"m.go:9\",\"msg\":\"hello\",\"loss\":NaN}",
                "slog|{\"time\":\"t\",\"level\":\"INFO\",\"msg\":\"hello\",\"n\":3}",
                "logrus|{\"level\":\"info\",\"msg\":\"hello\",\"time\":\"t\"}",
                "structlog|{\"event\":\"hello\",\"level\":\"info\",\"timestamp\":\"t\"}",
                "python-json-logger|{\"asctime\":\"t\",\"levelname\":\"INFO\",\"message\":\"hello\"}",
                "logstash|{\"@timestamp\":\"t\",\"@version\":\"1\",\"message\":\"hello\",\"level\":\"INFO\"}",
                "ecs|{\"@timestamp\":\"t\",\"log.level\":\"INFO\",\"message\":\"hello\"}",
                "cloud|{\"severity\":\"INFO\",\"time\":\"t\",\"message\":\"hello\"}",
                "log4j|{\"instant\":{\"epochSecond\":1},\"level\":\"INFO\",\"message\":\"hello\"}"
            })
    void aRecordOfAnyLoggerIsOutput(String logger, String line) {
        assertThat(read(objects, line)).as(logger).isNull();
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(objects.flaw(bytes, 0, bytes.length)).satisfies(flaw -> {
            assertThat(flaw.sign()).isEqualTo(Flaw.Sign.OUTPUT);
            assertThat(flaw.why()).contains("a record of a log", "--reply=any");
        });
        assertThat(read(new JsonLines(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.NULL), line))
                .isInstanceOf(Message.Reply.class);
        assertThat(read(objects, "4\t" + line.replace("NaN", "1"))).isInstanceOf(Message.Reply.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"level\":3,\"message\":\"high risk\"}",
                "{\"time\":12.5,\"level\":3}",
                "{\"time\":12.5,\"level\":3,\"message\":\"slow\",\"predictions\":[1]}",
                "{\"ts\":1,\"level\":3,\"msg\":\"m\",\"error\":\"e\"}",
                "{\"record\":{\"time\":1,\"level\":3,\"msg\":\"m\"}}"
            })
    void whatHasLessThanARecordOrPredictionsBesideIsAReply(String line) {
        assertThat(replyText(read(objects, line))).isEqualTo(line);
    }

    @Test
    void whereOnlyPredictionsAreRepliesMistakesAndErrorsAreWhatTheyWere() {
        assertThat(read(predictions, "{\"error\":\"e\"}")).isInstanceOf(Message.Failure.class);
        assertThat(read(predictions, "{\"predictions\":NaN}")).isInstanceOf(Message.Unusable.class);
        byte[] bytes = "{'predictions': [1]}".getBytes(StandardCharsets.UTF_8);
        assertThat(predictions.flaw(bytes, 0, bytes.length).why()).contains("json.dumps");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7\t{\"a\":1}", " 7\t {\"a\":1} ", "007\t\t{\"a\":1}\r"})
    void aNumberAndATabInFrontSayWhichLineIsAnswered(String line) {
        Message.Reply reply = (Message.Reply) read(objects, line);
        assertThat(reply.id()).isEqualTo(7);
        assertThat(replyText(reply)).isEqualTo("{\"a\":1}");
    }

    @Test
    void errorsAndRepliesThatCanNotBeUsedAreNumberedToo() {
        assertThat(read(objects, "3\t{\"error\":\"e\"}")).isEqualTo(new Message.Failure(3, 500, "e"));
        assertThat(((Message.Unusable) read(objects, "3\t{\"a\":NaN}")).id()).isEqualTo(3);
        assertThat(((Message.Reply) read(anything, "3\t[1]")).id()).isEqualTo(3);
        byte[] latin = "3\t{\"a\":\"ä\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(((Message.Unusable) objects.read(Bodies.of(latin))).id()).isEqualTo(3);
        Message.Unusable large = (Message.Unusable) cut("3\t{\"a\":".getBytes(StandardCharsets.UTF_8));
        assertThat(large.id()).isEqualTo(3);
        assertThat(large.reason()).contains("--max-reply");
        String deep = "[".repeat(300) + "]".repeat(300);
        assertThat(((Message.Unusable) read(objects, "3\t{\"a\":" + deep + "}")).id())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7\t{\"a\":1,}", "7\t{'a': 1}", "7\t{\"a\":NULL}"})
    void aMistakeBehindANumberIsNamedAsOneWithoutNumber(String line) {
        String bare = line.substring(2);
        assertThat(flaw(line)).isEqualTo(flaw(bare)).isNotNull();
    }

    @Test
    void aNumberedReplyWithoutAnEndOfLineIsNamedToo() {
        byte[] bytes = "7\t{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        assertThat(objects.unfinished(bytes, 0, bytes.length).why()).contains("no end of line");
    }

    private Flaw flaw(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return objects.flaw(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7 {\"a\":1}",
                "-7\t{\"a\":1}",
                "7.0\t{\"a\":1}",
                "\t7\t[1]",
                "1234567890123456\t{\"a\":1}",
                "7\t",
                "7\t{",
                "7\t{\"a\":1,}"
            })
    void anythingElseInFrontMakesNoNumberedReply(String line) {
        assertThat(read(objects, line)).isNull();
    }

    @Test
    void repliesWithNoNameInCommonHaveNoBitInCommon() {
        long reply = names("{\"predictions\":[1],\"model\":{\"level\":1}}");
        assertThat(reply & names("{\"model\":1}")).isNotZero();
        assertThat(names("{}")).isZero();
        // What pino, zap, structlog, Bunyan and Python's logging write.
        long log = names("{\"level\":30,\"time\":1,\"pid\":1,\"hostname\":\"h\",\"msg\":\"m\",\"name\":\"n\",\"v\":0,"
                + "\"ts\":1,\"caller\":\"c\",\"logger\":\"l\",\"event\":\"e\",\"timestamp\":\"t\",\"severity\":\"INFO\","
                + "\"message\":\"m\",\"levelname\":\"INFO\",\"asctime\":\"t\",\"@timestamp\":\"t\"}");
        assertThat(log & names("{\"predictions\":[1]}")).isZero();
    }

    private long names(String line) {
        return ((Message.Reply) read(anything, line)).names();
    }
}
