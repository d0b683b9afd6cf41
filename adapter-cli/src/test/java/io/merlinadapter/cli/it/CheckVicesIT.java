package io.merlinadapter.cli.it;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.CheckRun;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.SideBySide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vices of the supervision suite: a program that has one does not get through {@code check} without a word about it. */
@SideBySide
class CheckVicesIT {
    private static final String GOOD = echo("a");
    private static final Set<String> SOME = Set.of(
            "is ready and dies",
            "crashes",
            "never answers",
            "answers twice",
            "ignores everything",
            "answers with a wrong id",
            "never answers initialize",
            "closes its connection");

    /**
     * Takes batches, and answers those of more than one as its argument says: with the answers swapped, or without one. It is
     * slow enough that requests gather.
     */
    private static final String BATCHES = """
            import json, sys, time
            def answer(message):
                rows = message["params"]["body"].get("instances", [])
                return {"predictions": [row.get("km", 0) if isinstance(row, dict) else 0 for row in rows]}
            for line in sys.stdin:
                time.sleep(0.02)
                message = json.loads(line)
                if isinstance(message, list):
                    ids, results = [m["id"] for m in message], [answer(m) for m in message]
                    if sys.argv[1] == "id":
                        results = results[1:] + results[:1]
                    reply = [{"jsonrpc": "2.0", "id": i, "result": r} for i, r in zip(ids, results)]
                    if sys.argv[1] == "array":
                        reply.pop()
                elif message["method"] == "initialize":
                    reply = {"jsonrpc": "2.0", "id": message["id"], "result": {"concurrency": 2, "batch": {"max_size": 8}}}
                elif message["method"] == "predict":
                    reply = {"jsonrpc": "2.0", "id": message["id"], "result": answer(message)}
                print(json.dumps(reply), flush=True)
            """;

    /** Words of the child, a sample that has it show its vice, options, and what is said. */
    private static Arguments vice(
            String name, List<String> child, String sample, List<String> options, String... says) {
        return Arguments.of(name, child, sample, options, List.of(says));
    }

    static Stream<Arguments> vices() {
        List<String> none = List.of();
        return Stream.of(
                // StartContract
                vice(
                        "fails to import",
                        List.of("stderr=\"No module named model\\n\"", "exit=1"),
                        GOOD,
                        none,
                        "fail starts it does not get ready: ",
                        "exit code 1",
                        "No module named model"),
                vice(
                        "is never ready",
                        List.of("stderr=\"loading\\n\"", "deaf"),
                        GOOD,
                        List.of("--startup-timeout=2s"),
                        "it was not seen to wait for its input",
                        "loading"),
                vice("is ready and dies", List.of("exit_later=[300,7]"), GOOD, none, "exit code 7"),
                vice(
                        "writes before it is asked",
                        List.of("banner"),
                        GOOD,
                        none,
                        "it wrote a JSON object before it was asked"),
                // DeathContract, PoisonContract
                vice("ends with a request", none, does("['exit',0]"), none, "fail answers", "exit code 0"),
                vice("ends badly with a request", none, does("['exit',3]"), none, "fail answers", "exit code 3"),
                vice("crashes", none, does("['signal','SIGSEGV']"), none, "fail answers", "SIGSEGV"),
                vice(
                        "ends after its answer",
                        none,
                        does("['exit_later',[20,0]]", answer("last")),
                        none,
                        "the program ended after it had answered",
                        "exit code 0"),
                // SilenceContract
                vice(
                        "never answers",
                        none,
                        does(FOR_EVER),
                        List.of("--request-timeout=2s"),
                        "fail answers",
                        "it has written nothing to its stdout"),
                vice("closes its output", none, does("['close_replies',0]", FOR_EVER), none, "closed its stdout"),
                // OutputContract
                vice(
                        "answers twice",
                        none,
                        does(write("{\"a\":1}\n{\"b\":2}\n")),
                        none,
                        "more JSON objects than it was asked for"),
                vice(
                        "writes garbage before an answer",
                        none,
                        does(write("loading 3 of 5\n"), answer("a")),
                        none,
                        "warn output lines that are no replies came where replies come",
                        "loading 3 of 5"),
                vice(
                        "writes garbage for an answer",
                        none,
                        does(write("nonsense\n"), FOR_EVER),
                        List.of("--request-timeout=2s"),
                        "fail answers",
                        "it has written 1 line to its stdout"),
                vice(
                        "writes a line that is too long",
                        none,
                        does(write("{\"a\":\""), "['write_many',['x',3000000]]", write("\"}\n")),
                        List.of("--max-reply=1MiB"),
                        "fail answers",
                        "--max-reply"),
                vice(
                        "floods stderr",
                        none,
                        does("['stderr_many',['noise\\\\n',200000]]", answer("a")),
                        none,
                        "lines of its log were dropped"),
                // StopContract
                vice("ignores the end of its input", List.of("ignore-eof"), GOOD, none, "but at SIGTERM, 2 s later"),
                vice("ignores everything", List.of("ignore-eof", "ignore-term"), GOOD, none, "and was killed"),
                vice("is answered with an error", none, does("['error',[500,'no']]"), none, "fail answers", "no"));
    }

    /** Those of programs that speak JSON-RPC. */
    static Stream<Arguments> rpcVices() {
        List<String> busy = List.of("jsonrpc", "concurrency=4", "cancel");
        List<String> options = List.of("--format=jsonrpc");
        List<String> impatient = List.of("--format=jsonrpc", "--request-timeout=2s");
        String second = does("['sleep',2000]", answer("a"));
        return Stream.of(
                // JsonRpcStartContract
                rpc(
                        "refuses initialize",
                        "init-error=-32000",
                        "fail starts",
                        "no such thing",
                        "or with the error -32601"),
                vice(
                        "never answers initialize",
                        List.of("jsonrpc", "init-write="),
                        GOOD,
                        List.of("--format=jsonrpc", "--startup-timeout=2s"),
                        "fail starts",
                        "did not answer initialize",
                        "answer initialize with what you can do"),
                rpc("offers nonsense", "init={\"concurrency\":0}", "fail starts", "\"concurrency\" is 0"),
                // JsonRpcReplyContract
                vice(
                        "answers with a wrong id",
                        busy,
                        does(write(result("999")), FOR_EVER),
                        impatient,
                        "fail answers",
                        "it answered request 999, which it was never asked",
                        "with the id that came with it"),
                vice(
                        "answers with an id that is no number",
                        busy,
                        does(write(result("\"one\"")), FOR_EVER),
                        impatient,
                        "fail answers"),
                vice(
                        "answers requests that nobody has sent",
                        busy,
                        does(write(result("999")), answer("a")),
                        options,
                        "it answered request 999, which it was never asked",
                        "warn output lines that are no replies came where replies come",
                        "answer each request once"),
                vice(
                        "answers twice by id",
                        busy,
                        does(answer("a"), answer("a")),
                        options,
                        "which it has answered before",
                        "answer each request once"),
                vice(
                        "answers with neither a result nor an error",
                        busy,
                        does(write("{\"jsonrpc\":\"2.0\",\"id\":$ID}\n")),
                        options,
                        "fail answers --request: 502"),
                vice(
                        "holds back an answer until the next request",
                        List.of("jsonrpc", "concurrency=1"),
                        does(FOR_EVER),
                        impatient,
                        "fail answers",
                        "504"),
                vice(
                        "calls itself lost",
                        busy,
                        does(
                                write(
                                        "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\",\"params\":{\"message\":\"device lost\"}}\n"),
                                answer("a")),
                        options,
                        "device lost"),
                // JsonRpcCancelContract
                vice(
                        "ends at a cancel",
                        List.of("jsonrpc", "concurrency=4", "cancel=dies"),
                        second,
                        options,
                        "fail cancel: the program ended",
                        "exit code 3"),
                vice(
                        "works on at a cancel",
                        List.of("jsonrpc", "concurrency=4", "cancel=ignored"),
                        second,
                        options,
                        "warn cancel: it did not stop what it was told to cancel, but worked on for"),
                vice(
                        "never answers what was cancelled",
                        List.of("jsonrpc", "concurrency=4", "cancel=swallowed"),
                        second,
                        options,
                        "fail cancel: ",
                        "were never answered"),
                vice(
                        "has none of these",
                        busy,
                        second,
                        options,
                        "ok jsonrpc it takes 4 lines at a time",
                        "cancel: ",
                        "left while it worked for",
                        "It will serve"));
    }

    /** Those of a channel of its own. */
    static Stream<Arguments> socketVices() {
        List<String> options = List.of("--channel=socket");
        return Stream.of(
                vice(
                        "never connects",
                        List.of("deaf"),
                        GOOD,
                        List.of("--channel=socket", "--startup-timeout=2s"),
                        "fail starts",
                        "has not connected to ADAPTER_SOCKET",
                        "connect to the UNIX socket whose path is in $ADAPTER_SOCKET"),
                vice(
                        "connects and ends",
                        List.of("connect=0", "stderr=\"device lost\\n\"", "exit=3"),
                        GOOD,
                        options,
                        "fail starts",
                        "exit code 3",
                        "device lost"),
                vice(
                        "closes its connection",
                        List.of(),
                        does("['close_replies',0]", FOR_EVER),
                        options,
                        "fail answers",
                        "it has closed its socket",
                        "keep what replies go to open"),
                vice(
                        "sends half a line and ends",
                        List.of(),
                        does(write("{\"a\":"), "['exit',3]"),
                        options,
                        "fail answers",
                        "exit code 3"),
                vice(
                        "floods its stdout",
                        List.of(),
                        does("['stdout_many',['{}\\n',200000]]", answer("a")),
                        options,
                        "lines of its log were dropped"));
    }

    private static Arguments rpc(String name, String word, String... says) {
        return vice(name, List.of("jsonrpc", word), GOOD, List.of("--format=jsonrpc"), says);
    }

    private static String result(String id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":{\"token\":\"stray\"}}\n";
    }

    /** One of each kind; all of them are for make test-all. */
    static Stream<Arguments> some() {
        return all().filter(vice -> SOME.contains((String) vice.get()[0]));
    }

    static Stream<Arguments> all() {
        return Stream.of(vices(), rpcVices(), socketVices()).flatMap(each -> each);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("some")
    void viceIsFound(
            String name,
            List<String> child,
            String sample,
            List<String> options,
            List<String> says,
            @TempDir Path folder) {
        isFound(child, sample, options, says, folder);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    @Tag("all")
    void eachViceIsFound(
            String name,
            List<String> child,
            String sample,
            List<String> options,
            List<String> says,
            @TempDir Path folder) {
        isFound(child, sample, options, says, folder);
    }

    private static void isFound(
            List<String> child, String sample, List<String> options, List<String> says, Path folder) {
        List<String> words = new ArrayList<>(List.of("--quick", "--settle=0.1s", "--request=" + sample));
        words.addAll(options);
        words.add("--");
        words.addAll(Children.command("scripted", child));

        CheckRun run = CheckRun.of(folder, Map.of(), words);

        assertThat(run.said()).as(run.output()).contains(says);
    }

    private CheckRun check(Path folder, String... words) {
        return CheckRun.of(folder, Map.of(), List.of(words));
    }

    @Test
    @Tag("all")
    void aProgramThatWritesToItsStdoutInsteadOfTheSocketIsTold(@TempDir Path folder) {
        CheckRun run = check(
                folder,
                "--quick",
                "--channel=socket",
                "--",
                "python3",
                "-c",
                "import sys\nfor line in sys.stdin: print('{}', flush=True)");

        assertThat(run.said())
                .contains("fail starts it does not get ready: it has not connected to ADAPTER_SOCKET, and is idle")
                .contains("needs no --channel");
    }

    private CheckRun checkBatches(Path folder, String vice) throws IOException {
        Files.writeString(folder.resolve("predict.py"), BATCHES);
        return check(
                folder,
                "--quick",
                "--format=jsonrpc",
                "--request={\"instances\":[{\"km\":20},{\"km\":30}]}",
                "--",
                "python3",
                "predict.py",
                vice);
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "array"})
    @Tag("all")
    void aBatchThatIsAnsweredWrongIsFound(String vice, @TempDir Path folder) throws IOException {
        assertThat(checkBatches(folder, vice).said())
                .contains("fail a batch: ")
                .contains("answer a batch with an array that has one answer");
    }

    @Test
    @Tag("all")
    void aBatchThatIsAnsweredRightIsSaidToBeSo(@TempDir Path folder) throws IOException {
        assertThat(checkBatches(folder, "good").said())
                .contains("a batch: ")
                .contains(", each answered as when it is alone");
    }

    @Test
    @Tag("all")
    void aProgramThatKeepsMemoryOfEachRequestIsFound(@TempDir Path folder) {
        List<String> words = new ArrayList<>(List.of("--protocol=http_json", "--request=" + GOOD, "--"));
        words.addAll(Children.command("scripted", List.of("leak=100")));
        CheckRun run = CheckRun.of(folder, Map.of(), words);

        assertThat(run.said()).contains("warn its memory grows by ").contains(" for each 1,000 requests");
    }
}
