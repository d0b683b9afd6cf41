package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.ScriptedPredictor;
import io.merlinadapter.http.TestFront;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall.Timings;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What the access log says of each prediction. */
@Isolated("the log is everybody's")
class AccessLogTest {
    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private static final List<String> ALWAYS = List.of(
            "time",
            "severity",
            "type",
            "message",
            "protocol",
            "method",
            "path",
            "http_version",
            "remote_address",
            "status",
            "outcome",
            "duration_ms",
            "queue_ms",
            "request_bytes",
            "response_bytes");

    private final Logger logger = (Logger) LoggerFactory.getLogger(AccessLog.LOGGER);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final TestFront front = TestFront.with(Duration.ofSeconds(30), 1024);

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false);
        logger.setLevel(Level.INFO);
    }

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    /** The only line, which may still be on its way when the caller has the answer. */
    private JsonObject line() {
        TestFront.until(() -> !List.copyOf(log.list).isEmpty());
        assertThat(log.list).hasSize(1);
        String text = log.list.get(0).getFormattedMessage();
        assertThat(text).isPrintable().matches("\\p{ASCII}+");
        return new JsonObject(text);
    }

    @Test
    void aPredictionIsOneLineWithAllThatIsKnown() throws Exception {
        front.predictor.course = new Timings(1_234_567, 89_000_000_999L, 3, 1);
        front.predictor.answer = body -> "{\"answer\":1}".getBytes(StandardCharsets.UTF_8);
        front.send(front.request(TestFront.PREDICT + "?token=secret")
                .header("traceparent", TRACE)
                .header("X-Request-Id", "r-1")
                .header("Turing-Req-Id", "t-1")
                .POST(BodyPublishers.ofString("{\"a\":1}")));

        JsonObject line = line();
        assertThat(List.copyOf(line.fieldNames()))
                .containsExactly(
                        "time",
                        "severity",
                        "type",
                        "message",
                        "protocol",
                        "method",
                        "path",
                        "http_version",
                        "remote_address",
                        "status",
                        "outcome",
                        "duration_ms",
                        "queue_ms",
                        "worker_ms",
                        "worker",
                        "request_bytes",
                        "response_bytes",
                        "traceparent",
                        "request_id",
                        "turing_req_id");
        assertThat(line.getString("time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(Instant.parse(line.getString("time")))
                .isBetween(Instant.now().minusSeconds(60), Instant.now());
        assertThat(line.getString("severity")).isEqualTo("INFO");
        assertThat(line.getString("type")).isEqualTo("access");
        // With three decimals, of which the reader of a number drops zeros.
        assertThat(line.getString("message")).matches("HTTP_JSON success \\(200\\) after \\d+\\.\\d{3} ms");
        assertThat(line.getString("remote_address")).matches("127\\.0\\.0\\.1:\\d+");
        assertThat(line.getDouble("duration_ms")).isPositive();
        assertThat(log.list.get(0).getMessage())
                .contains("\"protocol\":\"HTTP_JSON\",\"method\":\"POST\",\"path\":\"" + TestFront.PREDICT + "\"")
                .contains("\"http_version\":\"1.1\"", "\"status\":200,\"outcome\":\"success\"")
                .contains("\"queue_ms\":1.234,\"worker_ms\":89000.000,\"worker\":3")
                .contains("\"request_bytes\":7,\"response_bytes\":12")
                .contains("\"traceparent\":\"" + TRACE + "\",\"request_id\":\"r-1\",\"turing_req_id\":\"t-1\"");
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400, failure",
        "OVERLOADED, 503, rejected",
        "NOT_READY, 503, rejected",
        "DEADLINE, 504, timeout",
        "WORKER_LOST, 502, failure",
        "INTERNAL, 500, failure"
    })
    void aFailureHasItsKindAndNotItsWords(FailureKind kind, int status, String outcome) throws Exception {
        front.predictor.failure = PredictException.of(kind, "what the user sent");
        int length = front.post(TestFront.PREDICT, "{}").body().length();

        JsonObject line = line();
        assertThat(line.getInteger("status")).isEqualTo(status);
        assertThat(line.getString("outcome")).isEqualTo(outcome);
        assertThat(line.getString("kind")).isEqualTo(kind.name().toLowerCase(Locale.ROOT));
        assertThat(line.getInteger("response_bytes")).isEqualTo(length);
        assertThat(line.fieldNames()).doesNotContain("worker", "worker_ms");
        assertThat(line.encode()).doesNotContain("user");
    }

    @Test
    void whatIsRefusedByItsHeadersHasALineToo() throws Exception {
        front.post("/v1/models/other:predict", "{}");

        JsonObject line = line();
        assertThat(List.copyOf(line.fieldNames())).containsAll(ALWAYS).hasSize(ALWAYS.size() + 1);
        assertThat(line.getInteger("status")).isEqualTo(404);
        assertThat(line.getString("kind")).isEqualTo("unknown_model");
    }

    @Test
    void aBodyOverTheLimitIsRejected() throws Exception {
        front.post(TestFront.PREDICT, "x".repeat(1025));

        JsonObject line = line();
        assertThat(line.getInteger("status")).isEqualTo(413);
        assertThat(line.getString("outcome")).isEqualTo("rejected");
    }

    @Test
    void aCallerWhoLeavesHasALineWithoutAStatus() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}");
            front.heldCall(0);
        }
        TestFront.until(() -> front.predictor.held.get(0).gone);
        front.predictor.course = new Timings(1_000, 2_000, 5, 17);
        front.heldCall(0).answer("too late");

        JsonObject line = line();
        assertThat(line.getString("outcome")).isEqualTo("cancelled");
        assertThat(line.fieldNames()).doesNotContain("status", "kind");
        assertThat(line.getInteger("worker")).isEqualTo(5);
        assertThat(line.getInteger("request_bytes")).isEqualTo(2);
        assertThat(line.getInteger("response_bytes")).isZero();
        assertThat(line.getString("remote_address")).startsWith("127.0.0.1:");
    }

    @Test
    void aCallerWhoLeavesInTheMiddleOfTheBodyHasALineAtOnce() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"a\"");
            TestFront.until(() -> front.budget.used() > 0);
        }
        JsonObject line = line();
        assertThat(line.getString("outcome")).isEqualTo("cancelled");
        assertThat(line.getInteger("request_bytes")).isEqualTo(4);
    }

    @Test
    void aStreamThatIsResetHasALineAndSoDoesTheNextOne() {
        front.predictor.holds = true;
        var client = front.vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
        HttpClientRequest request =
                TestFront.await(client.request(HttpMethod.POST, front.port(), "127.0.0.1", TestFront.PREDICT));
        request.send("{}");
        ScriptedPredictor.Call call = front.heldCall(0);
        TestFront.await(request.reset(8).otherwiseEmpty());
        TestFront.until(() -> call.gone);
        call.answer("too late");
        assertThat(line().getString("outcome")).isEqualTo("cancelled");

        log.list.clear();
        front.predictor.holds = false;
        front.predictor.answer = body -> new byte[100_000];
        TestFront.await(client.request(HttpMethod.POST, front.port(), "127.0.0.1", TestFront.PREDICT)
                .compose(next -> next.send("{\"a\":1}"))
                .compose(response -> response.body()));
        JsonObject line = line();
        assertThat(line.getString("http_version")).isEqualTo("2");
        assertThat(line.getInteger("request_bytes")).isEqualTo(7);
        assertThat(line.getInteger("response_bytes")).isEqualTo(100_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "01" + "-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", TRACE + "-x"})
    void aTraceparentThatIsNoneIsLeftOut(String value) throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.post("traceparent: " + value + "\r\n", "{}").response();
        }
        assertThat(line().fieldNames()).doesNotContain("traceparent");
        assertThat(front.predictor.headers).containsEntry("traceparent", value);
    }

    @Test
    void twoTraceparentsAreNone() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.post("traceparent: " + TRACE + "\r\ntraceparent: " + TRACE + "\r\n", "{}")
                    .response();
        }
        assertThat(line().fieldNames()).doesNotContain("traceparent");
    }

    @Test
    void whatCallersWriteIsCutAndCanForgeNothing() throws Exception {
        String forged = "\",\"status\":200}{\\\u0085\u2028\u00e9";
        try (RawCaller caller = front.raw()) {
            caller.post("x-request-id: " + forged + "\r\nturing-req-id: " + "t".repeat(1000) + "\r\n", "{}")
                    .response();
        }
        JsonObject line = line();
        assertThat(line.getString("request_id")).isEqualTo(forged);
        assertThat(line.getString("turing_req_id")).isEqualTo("t".repeat(AccessLine.LONGEST_ID));
    }

    @Test
    void aCharacterOfTwoIsNotCutThrough() throws Exception {
        String id = "x".repeat(AccessLine.LONGEST_ID - 1);
        try (RawCaller caller = front.raw()) {
            caller.post("x-request-id: " + id + "\ud83d\ude95\r\n", "{}").response();
        }
        assertThat(line().getString("request_id")).isEqualTo(id);
    }

    @Test
    void aLongPathIsCut() throws Exception {
        front.post("/v1/models/" + "m".repeat(2000) + ":predict", "{}");

        assertThat(line().getString("path")).hasSize(AccessLine.LONGEST_PATH);
    }

    @Test
    void whatIsNoPredictionHasNoLine() throws Exception {
        front.get("/");
        front.get("/metrics");
        front.get(TestFront.PREDICT);
        front.get("/nothing");
        front.post(TestFront.PREDICT, "{}");

        assertThat(line().getInteger("status")).isEqualTo(200);
    }

    @Test
    void thereAreNoLinesWhenItIsOff() throws Exception {
        logger.setLevel(Level.OFF);
        front.post(TestFront.PREDICT, "{}");
        logger.setLevel(Level.INFO);
        front.post("/v1/models/other:predict", "{}");

        assertThat(line().getInteger("status")).isEqualTo(404);
    }
}
