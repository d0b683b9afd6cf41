package io.merlinadapter.cli.it;

import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.PassingCaller;
import io.merlinadapter.cli.it.support.PythonClients;
import io.merlinadapter.cli.it.support.Requests;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.StdioJsonRpc;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.pages.AccessLogPageTest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The access log of the real command, and what its child hears of traces. */
@SideBySide
final class AccessLogIT implements StdioJsonRpc {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    @BeforeAll
    static void prepare() {
        PythonClients.prepare();
    }

    /** Its complete lines so far that are JSON, all others being for people. */
    private static List<JsonObject> objects(Supervised adapter) {
        String output = adapter.output();
        return output.substring(0, output.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("{"))
                .map(JsonObject::new)
                .toList();
    }

    private static List<JsonObject> accesses(Supervised adapter) {
        return objects(adapter).stream()
                .filter(line -> line.containsKey("outcome"))
                .toList();
    }

    /** The line of the last prediction, of which there were {@code number}. */
    private static JsonObject access(Supervised adapter, int number) {
        adapter.until(() -> accesses(adapter).size() >= number, "line " + number + " of the access log");
        assertThat(accesses(adapter)).hasSize(number);
        return accesses(adapter).get(number - 1);
    }

    private static String traced(Supervised adapter, String trace) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(adapter.process().uri("/v1/models/model-1:predict"))
                .header("traceparent", trace)
                .header("x-request-id", "r-1")
                .POST(HttpRequest.BodyPublishers.ofString(does("['params',0]")))
                .build();
        HttpResponse<String> told = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(told.statusCode()).isEqualTo(200);
        return told.body();
    }

    private static void ended(JsonObject line, Integer status, String outcome, String kind) {
        assertThat(line.getInteger("status")).isEqualTo(status);
        assertThat(line.getString("outcome")).isEqualTo(outcome);
        assertThat(line.getString("kind")).isEqualTo(kind);
        assertThat(line.getString("protocol")).isEqualTo("HTTP_JSON");
        assertThat(line.getString("remote_address")).startsWith("127.0.0.1:");
        double spent = line.getDouble("queue_ms") + line.getDouble("worker_ms", 0.0);
        assertThat(line.getDouble("duration_ms")).isGreaterThan(spent - 0.001);
    }

    @ParameterizedTest
    @CsvSource({"text, 1", "json, 2"})
    void everyEndOfARequestIsOneLine(String format, int loops) throws Exception {
        List<String> options = List.of("--access-log", "--log-format=" + format, "--event-loops=" + loops);
        try (Supervised adapter = serve(options, "concurrency=4")) {
            assertThat(traced(adapter, TRACE)).contains("\"traceparent\": \"" + TRACE + "\"");
            JsonObject good = access(adapter, 1);
            ended(good, 200, "success", null);
            assertThat(good.getString("traceparent")).isEqualTo(TRACE);
            assertThat(good.getString("request_id")).isEqualTo("r-1");
            assertThat(good.getInteger("worker")).isZero();

            assertThat(traced(adapter, "00-nonsense")).contains("\"traceparent\": \"00-nonsense\"");
            assertThat(access(adapter, 2).fieldNames()).doesNotContain("traceparent");
            assertThat(adapter.output()).doesNotContain("nonsense");

            adapter.callers().post("{");
            ended(access(adapter, 3), 400, "failure", "invalid_request");
            assertThat(access(adapter, 3).fieldNames()).doesNotContain("worker", "worker_ms");

            adapter.callers().post(does("['error',[422,'too old']]"));
            ended(access(adapter, 4), 422, "failure", "model_failed");

            adapter.post(does(Requests.FOR_EVER), Duration.ofMillis(300));
            ended(access(adapter, 5), 504, "timeout", "deadline");
            assertThat(access(adapter, 5).getInteger("worker")).isZero();

            leaves(adapter, HttpVersion.HTTP_1_1);
            ended(access(adapter, 6), null, "cancelled", null);
            leaves(adapter, HttpVersion.HTTP_2);
            ended(access(adapter, 7), null, "cancelled", null);
            assertThat(access(adapter, 7).getInteger("worker")).isZero();

            adapter.post(does("['signal','SIGKILL']"));
            ended(access(adapter, 8), 502, "failure", "worker_lost");
            assertThat(access(adapter, 8).getInteger("worker")).isZero();

            adapter.stop();
            assertThat(accesses(adapter))
                    .hasSize(8)
                    .allSatisfy(line -> assertThat(AccessLogPageTest.members()).containsAll(line.fieldNames()));
            if (format.equals("json")) {
                assertThat(objects(adapter))
                        .hasSize((int) adapter.output().lines().count());
            }
        }
    }

    private static void leaves(Supervised adapter, HttpVersion version) throws Exception {
        long before = adapter.count("adapter_in_flight");
        try (PassingCaller caller = PassingCaller.posts(adapter, version, does(Requests.FOR_EVER))) {
            adapter.until(() -> adapter.count("adapter_in_flight") == before + 1, "request inside");
            caller.leave(8);
        }
    }

    @Test
    void itIsOffByDefault() {
        try (Supervised adapter = serve(List.of())) {
            adapter.serves("a");
            adapter.callers().post("{");
            adapter.stop();
            assertThat(objects(adapter)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"text", "json"})
    void itSaysTheSameHoweverLittleTheOthersMaySay(String format) {
        try (Supervised adapter = serve(List.of("--access-log", "--log-level=error", "--log-format=" + format))) {
            adapter.serves("a");
            assertThat(access(adapter, 1).getString("outcome")).isEqualTo("success");
            adapter.stop();
            assertThat(adapter.output().lines()).hasSize(1);
        }
    }

    @Test
    void twoWorkersAreToldApart() throws Exception {
        try (Supervised adapter = serve(List.of("--access-log", "--workers=2"), "concurrency=1")) {
            adapter.process().awaitReady(2);
            List<Integer> workers = new ArrayList<>();
            for (int i = 1; i <= 4; i++) {
                assertThat(adapter.callers().post(echo("a")).body())
                        .contains("\"worker\":" + access(adapter, i).getInteger("worker"));
                workers.add(access(adapter, i).getInteger("worker"));
            }
            assertThat(workers).contains(0, 1);
        }
    }

    @Test
    void aTraceThatComesByGrpcReachesTheProgramAndTheLog() {
        try (Supervised adapter = launchProgram(List.of(), List.of("--access-log"), "upi", List.of())) {
            adapter.awaitPort();
            PythonClients.test(adapter.process(), "test_trace");
            JsonObject malformed = access(adapter, 2);
            JsonObject valid = accesses(adapter).get(0);
            assertThat(valid.getString("prediction_id")).isEqualTo("valid");
            assertThat(valid.getString("traceparent")).isEqualTo(TRACE);
            assertThat(valid.getInteger("status")).isZero();
            assertThat(malformed.getString("prediction_id")).isEqualTo("malformed");
            assertThat(malformed.fieldNames()).doesNotContain("traceparent");
            assertThat(adapter.output()).doesNotContain("nonsense");
        }
    }
}
