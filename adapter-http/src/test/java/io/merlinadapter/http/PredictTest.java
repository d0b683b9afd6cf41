package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PredictTest {
    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/surge-7-r2:predict",
                "/v1/models/surge-7:predict",
                "/v1/models/surge-7-r2%3Apredict",
                "/v1/models/surge%2D7%3apredict",
                "/v1/models/surge-7:predict?trace=1"
            })
    void bothNamesAreOursHoweverTheyAreWritten(String path) throws Exception {
        HttpResponse<String> response = front.post(path, "{\"a\":\"ä\"}");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"a\":\"ä\"}");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=UTF-8");
        assertThat(response.headers().firstValue("content-length")).hasValue("10");
        assertThat(front.counted.ends).containsExactly("HTTP_JSON 200 SUCCESS");
    }

    @Test
    void anotherModelIsNotFoundAndToldOurName() throws Exception {
        HttpResponse<String> response = front.post("/v1/models/other:predict", "{}");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body())
                .isEqualTo(
                        "{\"error\":\"no model named \\\"other\\\" is served here (expected: \\\"surge-7-r2\\\")\"}");
        assertThat(front.counted.ends).containsExactly("HTTP_JSON 404 FAILURE");
        assertThat(front.counted.failures).containsExactly(FailureKind.UNKNOWN_MODEL);
    }

    @Test
    void onlyHeadersOnTheListReachTheProgram() throws Exception {
        front.send(front.request(TestFront.PREDICT)
                .header("Authorization", "Bearer secret")
                .header("Cookie", "session=secret")
                .header("X-Request-ID", "a")
                .header("x-request-id", "b")
                .POST(BodyPublishers.ofString("{}")));

        assertThat(front.predictor.headers).isEqualTo(Map.of("x-request-id", "a, b"));
    }

    @Test
    void aHeaderInUtf8ReachesTheProgramAsItWasMeant() throws Exception {
        try (RawCaller caller = new RawCaller(front.front.port())) {
            assertThat(caller.post("x-request-id: \u00e9-\u20ac\r\n", "{}").response())
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(front.predictor.headers).isEqualTo(Map.of("x-request-id", "\u00e9-\u20ac"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD", "PATCH"})
    void onlyPostPredicts(String method) throws Exception {
        HttpResponse<String> response =
                front.send(front.request(TestFront.PREDICT).method(method, BodyPublishers.noBody()));

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).hasValue("POST");
        assertThat(front.counted.ends).isEmpty();
    }

    @Test
    void theContentTypeOfTheRequestDoesNotMatter() throws Exception {
        HttpResponse<String> response = front.send(front.request(TestFront.PREDICT)
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "INVALID_REQUEST, 400, FAILURE",
        "OVERLOADED, 503, REJECTED",
        "NOT_READY, 503, REJECTED",
        "DEADLINE, 504, TIMEOUT",
        "WORKER_LOST, 502, FAILURE",
        "BAD_REPLY, 502, FAILURE",
        "INTERNAL, 500, FAILURE"
    })
    void failuresHaveTheirStatus(FailureKind kind, int status, String outcome) throws Exception {
        front.predictor.failure = PredictException.of(kind, "say \"why\"\n\u0001\ud800");

        HttpResponse<String> response = front.post(TestFront.PREDICT, "{}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).startsWith("{\"error\":\"say \\\"why\\\"\\n\\u0001");
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=UTF-8");
        assertThat(response.headers().firstValue("retry-after").isPresent()).isEqualTo(status == 503);
        assertThat(front.counted.ends).containsExactly("HTTP_JSON " + status + " " + outcome);
        assertThat(front.counted.failures).containsExactly(kind);
    }

    @ParameterizedTest
    @ValueSource(ints = {422, 400, 599})
    void theChildsErrorKeepsItsStatus(int status) throws Exception {
        front.predictor.failure = PredictException.modelFailed(status, "age must be positive");

        HttpResponse<String> response = front.post(TestFront.PREDICT, "{}");

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).isEqualTo("{\"error\":\"age must be positive\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "{", "{}{}", "nope", "{\"a\":\"\n\"}", "[NaN]"})
    void aBodyThatIsNoJsonIsRefusedWithoutThePredictor(String bad) throws Exception {
        String large = bad + " ".repeat(PredictRequest.OFF_LOOP_ABOVE);
        for (String body : new String[] {bad, large}) {
            HttpResponse<String> response = front.post(TestFront.PREDICT, body);

            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body())
                    .startsWith("{\"error\":\"the request body must be one JSON value in UTF-8, but ");
        }
        assertThat(front.predictor.asked).hasValue(0);
        assertThat(front.counted.ends).containsExactly("HTTP_JSON 400 FAILURE", "HTTP_JSON 400 FAILURE");
        assertThat(front.counted.failures).containsOnly(FailureKind.INVALID_REQUEST);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, PredictRequest.OFF_LOOP_ABOVE})
    void whatIsPassedOnIsOneLine(int padding) throws Exception {
        String padded = "\"" + "x".repeat(padding) + "\"";

        HttpResponse<String> response =
                front.post(TestFront.PREDICT, "\ufeff{\r\n \"a\": \"\u2028\u0085é\",\n\"b\":" + padded + "}\n");

        assertThat(response.body()).isEqualTo("{   \"a\": \"\\u2028\\u0085é\", \"b\":" + padded + "} ");
    }

    @Test
    void theOfferedRetryIsPassedOn() throws Exception {
        front.predictor.failure = PredictException.comeBack(FailureKind.OVERLOADED, "full", 7);

        assertThat(front.post(TestFront.PREDICT, "{}").headers().firstValue("retry-after"))
                .hasValue("7");
    }

    @Test
    void aFaultOfOursIsAnAnswerAndNotAHang() throws Exception {
        front.predictor.fault = new IllegalStateException("planted by a test");

        HttpResponse<String> response = front.post(TestFront.PREDICT, "{}");

        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(response.body()).contains("internal error").doesNotContain("planted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "0", "000", "-1", "1.5", "99999999999999999999x"})
    void aTimeoutThatIsNoNumberIsTheCallersFault(String timeout) throws Exception {
        HttpResponse<String> response = front.send(front.request(TestFront.PREDICT)
                .header("X-Request-Timeout-Ms", timeout)
                .POST(BodyPublishers.ofString("{}")));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("X-Request-Timeout-Ms: " + timeout + " (expected:");
        assertThat(front.predictor.asked).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({"1500, 1500", "30000, 30000", "60000, 30000", "99999999999999999999, 30000"})
    void theCallersTimeoutCounts(String asked, long allowed) throws Exception {
        front.send(front.request(TestFront.PREDICT)
                .header("X-Request-Timeout-Ms", asked)
                .POST(BodyPublishers.ofString("{}")));

        assertThat(front.predictor.allowed).isEqualTo(Duration.ofMillis(allowed));
    }

    @Test
    void oneConnectionServesManyRequests() throws Exception {
        try (RawCaller caller = front.raw()) {
            for (int i = 0; i < 2_000; i++) {
                assertThat(caller.post("", "{\"i\":" + i + "}").response())
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .endsWith("\r\n\r\n{\"i\":" + i + "}");
            }
        }
        assertThat(front.counted.ends).hasSize(2_000);
    }

    @Test
    void manyCallersEachGetTheirOwnAnswer() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> calls = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            calls.add(front.postLater("{\"i\":" + i + "}"));
        }
        for (int i = 0; i < 300; i++) {
            assertThat(calls.get(i).get(15, TimeUnit.SECONDS).body()).isEqualTo("{\"i\":" + i + "}");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.post("", "1").post("", "2").post("", "3");
            for (int i = 0; i < 3; i++) {
                front.heldCall(i).answer("{\"n\":" + i + "}");
                assertThat(caller.response()).endsWith("{\"n\":" + i + "}");
            }
        }
    }

    @Test
    void severalLoopsShareOnePort() throws Exception {
        try (TestFront wide = TestFront.onLoops(2)) {
            for (int i = 0; i < 20; i++) {
                try (RawCaller caller = wide.raw()) {
                    assertThat(caller.post("", "{\"i\":" + i + "}").response()).endsWith("{\"i\":" + i + "}");
                }
            }
            wide.budgetComesBack();
        }
    }
}
