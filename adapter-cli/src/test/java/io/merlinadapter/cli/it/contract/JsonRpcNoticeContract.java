package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Gate;
import io.merlinadapter.cli.it.support.Requests;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said besides requests and answers, and about them. */
interface JsonRpcNoticeContract extends Supervision {
    /** A notification of the child's, as a step. */
    private static String notice(String method, String params) {
        return write("{\"jsonrpc\":\"2.0\",\"method\":\"" + method + "\",\"params\":" + params + "}\n");
    }

    @Test
    default void aProgramThatCallsItselfLostFinishesWhatItHasAndIsReplaced() {
        try (Gate gate = new Gate();
                Supervised adapter = serve(List.of(WARMUP), "concurrency=4")) {
            long lost = adapter.child();
            var inside = adapter.postAside(does(gate.step(), answer("inside")));
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            adapter.post(does(notice("fatal", "{\"message\":\"device lost\"}"), answer("last")))
                    .isTheAnswerTo("last");
            var next = adapter.postAside(echo("next"));
            adapter.until(() -> adapter.count("adapter_queue_depth") == 1, "request that waits");
            gate.open();
            inside.join().isTheAnswerTo("inside");
            next.join().isTheAnswerTo("next");
            assertThat(next.join().pid()).isNotEqualTo(lost);
            adapter.diedOf("fatal", 1);
            adapter.logs("device lost");
            assertThat(adapter.failures()).isEmpty();
            adapter.wasLiveThroughout();
        }
    }

    @Test
    default void aProgramThatIsLostAndNeverFinishesIsReplacedWhenTheTimeToDrainIsOver() {
        try (Supervised adapter = serve(List.of(WARMUP, "--drain-timeout=1s"), "concurrency=4")) {
            var inside = adapter.postAside(does(Requests.tell("it is inside"), Requests.FOR_EVER));
            adapter.process().awaitOutput("it is inside");
            adapter.post(does(notice("fatal", "{\"message\":\"device lost\"}"), answer("last")))
                    .isTheAnswerTo("last");
            // Why is for the log: the program has not said it to this caller.
            inside.join().isError(502, "it asked to be replaced; the adapter's log has its last words");
            adapter.logs("it asked to be replaced: device lost");
            adapter.serves("after");
            adapter.diedOf("fatal", 1);
        }
    }

    @Test
    default void whatTheProgramLogsIsLoggedAtItsLevel() {
        try (Supervised adapter = serve(List.of(), "concurrency=4")) {
            adapter.post(does(
                            notice("log", "{\"level\":\"warn\",\"message\":\"the cache is cold\"}"),
                            notice("log", "{\"level\":\"error\",\"message\":\"the cache\\nis gone\"}"),
                            notice("log", "{\"level\":\"debug\",\"message\":\"nobody asks for this\"}"),
                            answer("a")))
                    .isTheAnswerTo("a");
            adapter.logsLike("WARN[^\n]*the cache is cold");
            adapter.logsLike("ERROR[^\n]*the cache");
            assertThat(adapter.output()).doesNotContain("nobody asks for this");
            assertThat(adapter.count("adapter_unusable_lines_total")).isZero();
        }
    }

    @Test
    default void whatIsUnknownOrNotForUsIsIgnored() {
        try (Supervised adapter = serve(List.of("--log-level=debug"), "concurrency=4")) {
            adapter.post(does(
                            notice("shine", "[1,2]"),
                            notice("log", "\"not an object\""),
                            notice("log", "{\"level\":\"loud\",\"message\":1}"),
                            write("{\"jsonrpc\":\"2.0\",\"id\":$ID,\"method\":\"ask\",\"params\":{}}\n"),
                            answer("a")))
                    .isTheAnswerTo("a");
            adapter.serves("next");
            adapter.logs("shine", "ask");
            adapter.diedOf("protocol", 0);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void theStarPassesAllHeadersButCredentialsAndThoseOfTheConnection() throws Exception {
        try (Supervised adapter = serve(List.of("--pass-header=*"), "concurrency=4")) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + adapter.process().port() + "/v1/models/model-1:predict"))
                    .header("Foo", "bar")
                    .header("Authorization", "Bearer secret")
                    .header("X-Auth-Token", "secret")
                    .POST(HttpRequest.BodyPublishers.ofString(does("['params',0]")))
                    .build();
            HttpResponse<String> told = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(told.body())
                    .contains("\"foo\": \"bar\"", "\"user-agent\": ")
                    .doesNotContain("secret", "\"host\"", "content-length", "upgrade", "http2-settings");
        }
    }

    @Test
    default void onlyHeadersThatAreAllowedArriveAndSoDoesTheTimeThatIsLeft() throws Exception {
        try (Supervised adapter = serve(List.of("--pass-header=X-Tenant,x-region"), "concurrency=4")) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + adapter.process().port() + "/v1/models/model-1:predict"))
                    .header("X-Request-Id", "r-1")
                    .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
                    .header("X-Tenant", "blue \"team\"")
                    .header("X-Region", "north")
                    .header("X-Other", "not for you")
                    .header("Authorization", "Bearer secret")
                    .header("Cookie", "secret=1")
                    .header("X-Request-Timeout-Ms", "5000")
                    .POST(HttpRequest.BodyPublishers.ofString(does("['params',0]")))
                    .build();
            HttpResponse<String> told = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(told.body())
                    .contains("\"protocol\": \"HTTP_JSON\"", "\"x-request-id\": \"r-1\"", "\"traceparent\": \"00-")
                    .contains("\"x-tenant\": \"blue \\\"team\\\"\"", "\"x-region\": \"north\"")
                    .doesNotContain("secret", "not for you", "x-other", "user-agent");
            int left = Integer.parseInt(told.body().replaceAll(".*\"timeout_ms\": (\\d+).*", "$1"));
            assertThat(left).isBetween(3000, 5000);
        }
    }
}
