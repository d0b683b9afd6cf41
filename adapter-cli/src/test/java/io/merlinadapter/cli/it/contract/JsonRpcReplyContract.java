package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Gate;
import io.merlinadapter.cli.it.support.Requests;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Answers as they should be and as they should not: what is wrong with one hurts one request at most. */
interface JsonRpcReplyContract extends Supervision {
    String BUSY = "concurrency=8";

    @Test
    default void answersInAnyOrderReachTheirCallers() throws InterruptedException {
        try (Supervised adapter = serve(List.of(), BUSY)) {
            Callers.together(12, 300, n -> {
                int millis = new Random(n).nextInt(20);
                adapter.post(does("['sleep'," + millis + "]", answer("t" + n))).isTheAnswerTo("t" + n);
            });
            adapter.wasReadyThroughout();
            assertThat(adapter.failures()).isEmpty();
        }
    }

    @Test
    default void anAnswerToNobodysRequestIsCountedAndHarmsNobody() {
        String stranger = "{\"jsonrpc\":\"2.0\",\"id\":999,\"result\":{\"token\":\"stray\"}}\n";
        String text = stranger.replace("999", "\"one\"");
        String future = stranger.replace("999", "3");
        String two = stranger.replace("999", "$ID,\"id\":999");
        try (Supervised adapter = serve(List.of(), BUSY)) {
            adapter.post(does(write(stranger), write(text), write(future), write(two), answer("a")))
                    .isTheAnswerTo("a");
            adapter.serves("next");
            assertThat(adapter.count("adapter_unusable_lines_total")).isEqualTo(4);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void anAnswerGivenAgainMuchLaterGoesToNobody() {
        try (Supervised adapter = serve(List.of(), BUSY)) {
            adapter.post(does(answer("a"), "['answer_later',[300,{'token':'stray'}]]"))
                    .isTheAnswerTo("a");
            adapter.post(does("['sleep',600]", answer("b"))).isTheAnswerTo("b");
            assertThat(adapter.count("adapter_unusable_lines_total")).isEqualTo(1);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void anAnswerThatCannotBeUsedFailsItsOwnRequestAtOnceAndNoOther() {
        List<String> unusable = List.of(
                "{'jsonrpc':'2.0','id':$ID,'result':{'a':}}",
                "{'jsonrpc':'2.0','id':$ID,'result':{'a':NaN}}",
                "{'jsonrpc':'2.0','result':{'a':1},'id':$ID",
                "{'id':$ID,'result':{'token':'a'}}",
                "{'jsonrpc':'1.0','id':$ID,'result':{'token':'a'}}",
                "{'jsonrpc':'2.0','id':$ID}",
                "{'jsonrpc':'2.0','id':$ID,'result':[1]}");
        try (Gate gate = new Gate();
                Supervised adapter = serve(List.of(), BUSY)) {
            var beside = adapter.postAside(does(gate.step(), answer("beside")));
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            for (String line : unusable) {
                Told told = adapter.post(does(write(line.replace('\'', '"') + "\n")));
                assertThat(told.status()).as("%s: %s", line, told.body()).isEqualTo(502);
            }
            assertThat(beside).isNotDone();
            gate.open();
            beside.join().isTheAnswerTo("beside");
            assertThat(adapter.failures("bad_reply")).isEqualTo(unusable.size());
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aTornLineWithoutAnIdIsCountedAndTheAnswerAfterItIsGood() {
        try (Supervised adapter = serve(List.of(), BUSY)) {
            adapter.post(does(write("{\"jsonrpc\":\"2.0\",\"result\":\n"), answer("a")))
                    .isTheAnswerTo("a");
            assertThat(adapter.count("adapter_unusable_lines_total")).isEqualTo(1);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void anAnswerThatIsTooLongFailsItsOwnRequestWhereverItsIdStands() {
        String middle = "['write_many',['x',3000000]]";
        List<String> first = List.of("{'jsonrpc':'2.0','id':$ID,'result':{'a':'", "'}}");
        List<String> last = List.of("{'jsonrpc':'2.0','result':{'id':7,'a':'", "'},'id':$ID}");
        try (Gate gate = new Gate();
                Supervised adapter = serve(List.of("--max-reply=1MiB"), BUSY)) {
            var beside = adapter.postAside(does(gate.step(), answer("beside")));
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            for (List<String> ends : List.of(first, last)) {
                String head = write(ends.get(0).replace('\'', '"'));
                String tail = write(ends.get(1).replace('\'', '"') + "\n");
                adapter.post(does(head, middle, tail)).isError(502, "--max-reply");
            }
            assertThat(beside).isNotDone();
            gate.open();
            beside.join().isTheAnswerTo("beside");
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void anErrorToNobodyFailsTheOnlyRequestButNoneOfSeveral() {
        String error = write("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"what?\"}}\n");
        try (Gate gate = new Gate();
                Supervised adapter = serve(List.of(), BUSY)) {
            HttpResponse<String> alone = adapter.callers().post(does(error));
            assertThat(alone.statusCode()).isEqualTo(500);
            assertThat(alone.body()).contains("what?");
            var beside = adapter.postAside(does(gate.step(), answer("beside")));
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            adapter.post(does(error, answer("a"))).isTheAnswerTo("a");
            gate.open();
            beside.join().isTheAnswerTo("beside");
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void codesOfErrorsBecomeStatuses() {
        List<List<Integer>> codes = List.of(
                List.of(422, 422),
                List.of(400, 400),
                List.of(599, 599),
                List.of(399, 500),
                List.of(600, 500),
                List.of(499, 500),
                List.of(503, 500),
                List.of(-32602, 400),
                List.of(-32601, 500),
                List.of(0, 500));
        String unusual = write("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"error\":\"age must be positive\"}\n");
        try (Supervised adapter = serve(List.of(), BUSY)) {
            for (List<Integer> code : codes) {
                HttpResponse<String> told =
                        adapter.callers().post(does("['error',[" + code.get(0) + ",'age must be positive']]"));
                assertThat(told.statusCode()).as("%s", code).isEqualTo(code.get(1));
                assertThat(told.body()).startsWith("{\"error\":\"").contains("age must be positive");
            }
            assertThat(adapter.callers().post(does(unusual)).statusCode()).isEqualTo(500);
        }
    }

    @Test
    default void theOrderOfMembersAndUnknownOnesDoNotMatter() {
        List<String> unusual = List.of(
                "{'result':{'token':'a'},'id':$ID,'jsonrpc':'2.0'}",
                "{'jsonrpc':'2.0','id':$ID.0,'result':{'token':'a'}}",
                " { 'jsonrpc' : '2.0' , 'trace':{'id':1}, 'id' : $ID , 'result' : {'token': 'a'} } ",
                "{'jsonrpc':'2.0','id':$ID,'error':null,'result':{'token':'a'}}");
        try (Supervised adapter = serve(List.of(), BUSY)) {
            for (String line : unusual) {
                adapter.post(does(write(line.replace('\'', '"') + "\n"))).isTheAnswerTo("a");
            }
            assertThat(adapter.count("adapter_unusable_lines_total")).isZero();
        }
    }

    @Test
    default void theResultIsPassedOnByteForByte() {
        String result = "{\"b\": 1.0e0,  \"a\":[ ],\"é\":\"\\u00e9\",\"n\":12345678901234567890.10}";
        try (Supervised adapter = serve(List.of(), BUSY)) {
            HttpResponse<String> told = adapter.callers().post(does(write(reply(result) + "\n")));
            assertThat(told.body()).isEqualTo(result);
        }
    }

    @Test
    default void aCrashFailsAllThatAreInsideAndNoOther() {
        try (Supervised adapter = serve(List.of(WARMUP), BUSY)) {
            List<CompletableFuture<Told>> inside =
                    List.of(adapter.postAside(does(Requests.FOR_EVER)), adapter.postAside(does(Requests.FOR_EVER)));
            adapter.until(() -> adapter.count("adapter_in_flight") == 2, "requests inside");
            adapter.post(does("['exit',5]")).isError(502, "exit code 5");
            inside.forEach(told -> told.join().isError(502, "exit code 5"));
            adapter.serves("after");
            assertThat(adapter.post(echo("again")).pid()).isNotZero();
            adapter.diedOf("exit", 1);
            assertThat(adapter.failures("worker_lost")).isEqualTo(3);
        }
    }
}
