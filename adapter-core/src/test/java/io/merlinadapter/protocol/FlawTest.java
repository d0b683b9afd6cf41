package io.merlinadapter.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.json.Bodies;
import io.merlinadapter.protocol.Flaw.Sign;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a line that is no reply is said to be, and how sure it is that it was meant as one. */
class FlawTest {
    private static final Pattern ROW = Pattern.compile("\\| `(.*)` \\| 502 (\\w+) \\| `(.*)` \\|");
    private static final Format LINES = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);
    private static final Format ANYTHING = new JsonLines(JsonLines.ReplyKind.ANY, JsonLines.NanPolicy.FAIL);
    private static final Format RPC = new JsonRpc(
            JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("model", "1", "model-1", null));

    /** The lines below show characters that can't be seen as two visible ones. */
    private static String line(String shown) {
        return shown.replace("\\t", "\t")
                .replace("\\0", "\0")
                .replace("\\e", "\u001b")
                .replace("\\f", "\f")
                .replace("\\r", "\r")
                .replace("\\v", "\u000b")
                .replace("\\uFEFF", "\uFEFF");
    }

    private static Flaw flaw(Format format, String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        assertThat(format.read(Bodies.of(bytes))).as("a message").isNull();
        return format.flaw(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"p\":1,}|leave out the last comma",
                "{\"p\":[1,]}|leave out the last comma",
                "{\"p\": [1, 2, ] }|leave out the last comma",
                "{\"p\":\"a\\tb\"}|a string has a raw control character",
                "{\"p\":\"a\\tb\"}|json.dumps, JSON.stringify, toJSON",
                "{\"p\":\"a\\0b\"}|a string has a raw control character",
                "{\"p\":1}\\0|a NUL byte is no part of a line",
                "{\"p\":01}|begins with a 0",
                "{\"p\":1} {\"p\":2}|one reply for each request",
                "{\"p\":1}{\"p\":2}|there is more than one value",
                "{\"p\":1} // ok|JSON has no comments",
                "{\"p\":1} # ok|JSON has no comments",
                "{\"p\":1 /* km */}|JSON has no comments",
                "{\"p\":1};|nothing may follow the reply",
                "{\"p\":1},|nothing may follow the reply",
                "{\"p\":1}]|nothing may follow the reply",
                "{\"p\":1|it ends in the middle",
                "{\"p\":|it ends in the middle",
                "{\"p\":\"a|it ends in the middle",
                "{\"p\":'a'}|JSON has double quotes only",
                "{\"p\":None}|JSON has null, true and false",
                "{\"p\":True}|JSON has null, true and false",
                "{\"p\":nan}|JSON has no nan",
                "{\"p\":-nan}|JSON has no nan",
                "{\"p\":nan(ind)}|JSON has no nan",
                "{\"p\":inf}|JSON has no nan",
                "{\"p\":[1 2]}|not one JSON object",
                "{\"p\" 1}|a colon",
                "{\"p\":1 \"q\":2}|a comma or }",
                "{\"p\":+1}|not one JSON object",
                "{\"p\":.5}|not one JSON object",
                "{\"p\":1.}|not one JSON object",
                "{\"p\":0x1F}|not one JSON object",
                "{\"p\":\"\\x41\"}|an escape that JSON does not have",
                "{\"p\":undefined}|not one JSON object",
                "{ \"p\":1,}|leave out the last comma",
                "\\e[1;39m{\"p\"\\e[0m:1}|it has colours in it",
                "\\e[32m{\"p\":1}\\e[0m|it has colours in it",
                "{\\e[34m\"p\"\\e[0m: 1}|it has colours in it",
                "\\f{\"p\":1}|characters around it that don't show",
                "{\"p\":1}\\f|characters around it that don't show",
                "{\"p\":1}\\v|characters around it that don't show",
                "(Pdb) *** NameError: name 'x' is not defined|it stands in a debugger",
                "ipdb> {'instances': []}|it stands in a debugger",
            })
    void aBrokenReplyIsNamedWithItsCure(String shown, String why) {
        Flaw flaw = flaw(LINES, line(shown));
        assertThat(flaw.why()).contains(why);
        assertThat(flaw.sign()).isEqualTo(Sign.REPLY);
        assertThat(flaw(ANYTHING, line(shown)).why()).contains(why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'predictions': [11]}|json.dumps",
                "{'a': None, 'b': \"x\"}|json.dumps",
                "array([11.])|x.tolist()",
                "defaultdict(<class 'list'>, {'predictions': [11]})|json.dumps",
                "['a', 'b']|a library for JSON",
                "None|does the function return it?",
                "{ predictions: [ 11 ] }|JSON.stringify",
                "{ 'km-h': 2 }|JSON.stringify",
                "[object Object]|JSON.stringify",
                "[object Promise]|JSON.stringify",
                "undefined|does the function return it?",
                "{predictions: [11]}|the names in it have no quotes",
                "{:predictions=>[11]}|to_json",
                "{\"predictions\"=>[11]}|to_json",
                "{\"predictions\" => [11]}|to_json",
                "{predictions=[11]}|a map of Java",
                "map[predictions:[11]]|json.Marshal",
                "&{[11 12]}|json.Marshal",
                "&map[predictions:[11]]|json.Marshal",
                "%{predictions: [11]}|Elixir",
                "HASH(0x55d0c8a3e4b8)|encode_json",
                "ARRAY(0x55d0c8a3e4b8)|encode_json",
                "Array|json_encode",
                "[1] 11|toJSON(reply",
                "$predictions|toJSON(reply",
                "{|a reply is one line",
                "[|a reply is one line",
                "> {\"p\":1}|the prompt of input",
                ">>> {\"p\":1}|the prompt of input",
                "? {\"p\":1}|the prompt of input",
                "\\r 50%\\r{\"p\":1}|progress to stderr",
                "answer: {\"p\":1}|a JSON object follows other text",
                "INFO:root:got {\"instances\":[]}|a JSON object follows other text",
                "data: {\"p\":1}|a JSON object follows other text",
                "\\uFEFF> {\"p\":1}|the prompt of input",
            })
    void whatMayBeALogAsWellIsNamedToo(String shown, String why) {
        Flaw flaw = flaw(LINES, line(shown));
        assertThat(flaw.why()).contains(why);
        assertThat(flaw.sign()).isEqualTo(Sign.REPLY_OR_LOG);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"11|number", "-1.5e3|number", "\"ok\"|string", "true|true or false", "null|null", "[1, 2]|array"})
    void aValueThatIsNoObjectIsAReplyOnlyWhereAskedFor(String line, String what) {
        assertThat(flaw(LINES, line).why()).contains(what, "--reply=any");
        assertThat(ANYTHING.read(Bodies.of(line))).isInstanceOf(Message.Reply.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Loading model",
                "[INFO] ready",
                "[2026-01-02 03:04:05,678]",
                "[12:30:01] loaded {3} files",
                "epoch {1/3}",
                "INFO {'a': 1} seen",
                "object",
                "[2026-01-02 03:04:05] got it",
                "array of 3",
                "Arrays loaded",
                "nullable columns: 3",
                "true story",
                "100% done",
                "3 rows",
                "- item",
                "$ ls",
                ""
            })
    void ordinaryLogLinesAreNoReplies(String line) {
        assertThat(flaw(LINES, line)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} rows loaded", "{INFO} loading", "[1.5, 2.5, nan]", "[11. 12.]"})
    void whatIsMostOftenALogGetsAHintAndNoMore(String line) {
        assertThat(flaw(LINES, line).sign()).isEqualTo(Sign.LOG);
    }

    @Test
    void bytesThatWerePrintedAsNumbersAreNamedSoon() {
        Flaw flaw = flaw(LINES, "[123 34 112 34 58 49 125]");
        assertThat(flaw.why()).contains("bytes", "write string(reply)");
        assertThat(flaw.sign()).isEqualTo(Sign.REPLY);
        assertThat(flaw(LINES, "[123 34 999]").sign()).isEqualTo(Sign.LOG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32LE"})
    void anotherEncodingIsNamed(String charset) {
        byte[] bytes = "{\"p\":1}".getBytes(Charset.forName(charset));
        assertThat(LINES.read(Bodies.of(bytes))).isNull();
        assertThat(LINES.flaw(bytes, 0, bytes.length))
                .isEqualTo(Flaw.reply("wide", "it looks like UTF-16 or UTF-32; have the program write UTF-8"));
    }

    @Test
    void aFlawHoldsNothingOfWhatTheProgramWrote() {
        for (String line : new String[] {"{\"secret\":1,}", "{'secret': 1}", "secret {\"secret\":1}", "{secret: 1}"}) {
            assertThat(flaw(LINES, line).complaint()).doesNotContain("secret");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"p\":1}|no end of line; end each",
                " {\"p\":1} |no end of line; end each",
                "\\uFEFF{\"p\":1}|no end of line; end each",
                "{\"p\":1}\\r|no end of line but \\r",
                "{\"p\":1}\\0|no end of line but a NUL byte",
                "{\"p\":1}\\r{\"p\":2}\\r|no end of line but \\r",
                "{\"p\":1}\\0{\"p\":2}\\0|no end of line but a NUL byte",
                "(Pdb) |it stands in a debugger",
                "ipdb> |it stands in a debugger",
                "Browse[1]> |it stands in a debugger",
            })
    void aReplyWithoutItsEndOfLineIsNamed(String shown, String why) {
        byte[] bytes = line(shown.endsWith(">") || shown.endsWith(")") ? shown + " " : shown)
                .getBytes(StandardCharsets.UTF_8);
        Flaw flaw = LINES.unfinished(bytes, 0, bytes.length);
        assertThat(flaw.why()).contains(why);
        assertThat(flaw.sign()).isEqualTo(Sign.REPLY);
        assertThat(RPC.unfinished(bytes, 0, bytes.length).sign()).isEqualTo(Sign.LOG);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"p\":", "{\"p\":[1,", "> ", "Loading…", "11", "\r 50%", "{\"a\":{}", "\r", "\0", " "})
    void aLineThatMayStillBeFinishedHasNoFlaw(String begun) {
        byte[] bytes = begun.getBytes(StandardCharsets.UTF_8);
        assertThat(LINES.unfinished(bytes, 0, bytes.length)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\uFEFF", "\uFEFF ", " \t"})
    void aByteOrderMarkInFrontIsPassedOver(String front) {
        assertThat(((Message.Reply) LINES.read(Bodies.of(front + "{\"p\":1}")))
                        .body()
                        .length())
                .isEqualTo(7);
        assertThat(LINES.read(Bodies.of(front + "{\"error\":\"e\"}"))).isInstanceOf(Message.Failure.class);
        assertThat(RPC.read(Bodies.of(front + "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}")))
                .isInstanceOfSatisfying(
                        Message.Reply.class, reply -> assertThat(reply.id()).isEqualTo(7));
        byte[] tooLong = (front + "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{}}").getBytes(StandardCharsets.UTF_8);
        for (Format format : new Format[] {LINES, RPC}) {
            OversizedLine line = format.oversizedLine();
            line.feed(tooLong, 0, tooLong.length);
            assertThat(line.end(99, "--max-reply")).isInstanceOf(Message.Unusable.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"error\":\"bad\",\"status\":422}|beside other members",
                "{\"status\":422,\"error\":{\"code\":422}}|beside other members",
                "{\"status_code\":422,\"reason\":\"bad km\"}|as an error of pyfunc",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}|is --format=jsonrpc meant?",
                "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":-32600}}|is --format=jsonrpc meant?",
            })
    void aReplyThatMayBeMeantOtherwiseIsOneWithARemark(String line, String remark) {
        assertThat(LINES.read(Bodies.of(line)))
                .isInstanceOfSatisfying(
                        Message.Reply.class, reply -> assertThat(reply.remark()).contains(remark));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"predictions\":[1]}",
                "{\"reason\":\"x\"}",
                "{\"status_code\":1}",
                "{\"errors\":1,\"a\":2}",
                "{}"
            })
    void aReplyLikeAnyOtherHasNoRemark(String line) {
        assertThat(((Message.Reply) LINES.read(Bodies.of(line))).remark()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"code\":\"422\",\"message\":\"bad km\"}|422|bad km|",
                "{\"code\":[422],\"message\":[\"bad km\"]}|422|bad km|",
                "{\"code\":[\"422\"],\"message\":\"bad km\"}|422|bad km|",
                "{\"message\":[\"bad km\"],\"data\":[[1],[2]],\"code\":[404]}|404|bad km|",
                "{\"code\":-32602,\"message\":\"m\"}|400|m|",
                "{\"code\":-32603,\"message\":\"m\"}|500|m|",
                "{\"code\":200,\"message\":\"m\"}|500|m|the code 200",
                "{\"code\":[422,1],\"message\":\"m\"}|500|m|no \"code\"",
                "{\"code\":[[422]],\"message\":\"m\"}|500|m|no \"code\"",
                "{\"code\":[],\"message\":\"m\"}|500|m|no \"code\"",
                "{\"code\":\"E42\",\"message\":\"m\"}|500|m|no \"code\"",
                "{\"code\":422.5,\"message\":\"m\"}|500|m|no \"code\"",
                "{\"message\":\"m\"}|500|m|no \"code\"",
                "{\"msg\":\"boo\"}|500|{\"msg\":\"boo\"}|no \"message\"",
                "{\"code\":422,\"message\":[\"a\",\"b\"]}|422|{\"code\":422,\"message\":[\"a\",\"b\"]}|no \"message\"",
            })
    void anErrorIsUnderstoodWhereItCanOnlyMeanOneThing(String error, int status, String message, String remark) {
        String rpc = "{\"jsonrpc\":\"2.0\",\"id\":3,\"error\":" + error + "}";
        for (Message read :
                new Message[] {LINES.read(Bodies.of("{\"error\":" + error + "}")), RPC.read(Bodies.of(rpc))}) {
            Message.Failure failure = (Message.Failure) read;
            assertThat(failure.status()).isEqualTo(status);
            assertThat(failure.message()).isEqualTo(message);
            if (remark == null) {
                assertThat(failure.remark()).isNull();
            } else {
                assertThat(failure.remark()).contains(remark);
            }
        }
    }

    @Test
    void thePageForAuthorsSaysTheSame() throws IOException {
        Path page = Path.of(System.getProperty("project.root"), "docs/protocol.md");
        List<String> rows = Files.readString(page)
                .lines()
                .dropWhile(line -> !line.startsWith("| instead of a reply |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
        assertThat(rows).hasSizeGreaterThan(12).allSatisfy(row -> {
            Matcher cells = ROW.matcher(row);
            assertThat(cells.matches()).isTrue();
            Flaw flaw = flaw(LINES, cells.group(1));
            assertThat(flaw.why()).contains(cells.group(3));
            assertThat(cells.group(2)).isEqualTo(flaw.sign() == Sign.REPLY ? "soon" : "later");
        });
    }
}
