package io.merlinadapter.http.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.TestFront;
import io.merlinadapter.predict.Health;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedRoutesTest {
    private static final String JSON = "application/json; charset=UTF-8";

    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.close();
    }

    @Test
    void rootSaysThatTheAdapterIsAlive() throws Exception {
        HttpResponse<String> response = front.get("/");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"alive\"}");
        assertThat(response.headers().firstValue("content-type")).hasValue(JSON);
        assertThat(front.counted.ends).isEmpty();
    }

    @Test
    void rootIsUnavailableWhenTheAdapterGaveUp() throws Exception {
        front.predictor.health = Health.dead("it gave up");

        HttpResponse<String> response = front.get("/");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("it gave up");
        assertThat(response.headers().firstValue("retry-after")).hasValue("1");
    }

    @Test
    void theOneModelIsListed() throws Exception {
        assertThat(front.get("/v1/models").body()).isEqualTo("{\"models\":[\"surge-7-r2\"]}");
        assertThat(front.get("/v1/models").body()).isEqualTo("{\"models\":[\"surge-7-r2\"]}");
    }

    @ParameterizedTest
    @CsvSource({"surge-7-r2, surge-7-r2", "surge-7, surge-7", "surge%2D7, surge-7"})
    void aReadyModelSaysSoUnderTheNameAsked(String asked, String name) throws Exception {
        HttpResponse<String> response = front.get("/v1/models/" + asked);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"name\":\"" + name + "\",\"ready\":true}");
        assertThat(response.headers().firstValue("content-type")).hasValue(JSON);
    }

    @Test
    void aModelThatIsNotReadySaysWhy() throws Exception {
        front.predictor.health = Health.notReady("the first worker is starting");

        HttpResponse<String> response = front.get("/v1/models/surge-7");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body())
                .isEqualTo("{\"name\":\"surge-7\",\"ready\":false,\"error\":\"the first worker is starting\"}");
    }

    @Test
    void anotherModelIsNotFound() throws Exception {
        HttpResponse<String> response = front.get("/v1/models/other");

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(response.body()).contains("other").contains("surge-7-r2");
    }

    @Test
    void metricsAreShownInTheFormatAsked() throws Exception {
        HttpResponse<String> response = front.send(front.request("/metrics").header("Accept", "text/strange"));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("up 1 # text/plain\n");
        assertThat(response.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4");
        String both = "text/plain;q=0.5,APPLICATION/OpenMetrics-Text;q=0.6";
        assertThat(front.send(front.request("/metrics").header("Accept", both)).body())
                .isEqualTo("up 1 # application/openmetrics-text\n");
        front.budgetComesBack();
    }

    @Test
    void aPageOfMetricsThatThereIsNoMemoryForIsRefused() throws Exception {
        long taken = front.budget.limit() - 8 * 1024;
        front.budget.reserve(taken);
        assertThat(front.get("/metrics").statusCode()).isEqualTo(503);
        front.budget.release(taken);
        assertThat(front.get("/metrics").statusCode()).isEqualTo(200);
        front.budgetComesBack();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//v1/models/surge-7",
                "/x/../metrics",
                "/./metrics",
                "/v1//models/surge-7:predict",
                "/x/%2e%2E/metrics"
            })
    void aPathThatIsNotWrittenOutIsNobodys(String path) throws Exception {
        for (String method : List.of("GET", "HEAD", "POST", "PUT")) {
            try (RawCaller caller = front.raw()) {
                caller.send(
                        method + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                assertThat(caller.response()).as(method).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    void answersAreDated() throws Exception {
        for (HttpResponse<String> response : List.of(
                front.get("/"), front.get("/nowhere"), front.post(TestFront.PREDICT, "{}"), front.post("/", ""))) {
            String date = response.headers().firstValue("date").orElseThrow();
            assertThat(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from))
                    .isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/models", "/v1/models/surge-7", "/metrics"})
    void headIsGetWithoutTheBody(String path) throws Exception {
        HttpResponse<String> get = front.send(front.request(path).header("Accept", "x"));
        HttpResponse<String> head =
                front.send(front.request(path).header("Accept", "x").method("HEAD", BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("content-length"))
                .isEqualTo(get.headers().firstValue("content-length"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/v1/models", "/v1/models/surge-7", "/metrics"})
    void otherMethodsAreToldWhatIsAllowed(String path) throws Exception {
        HttpResponse<String> response = front.post(path, "{}");

        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
        assertThat(response.headers().firstValue("content-type")).hasValue(JSON);
    }

    @Test
    void aPredictionWithoutItsVerbIsToldThePath() throws Exception {
        for (String asked : List.of("/v1/models/surge-7", "/v1/models")) {
            assertThat(front.post(asked, "{}").body())
                    .isEqualTo("{\"error\":\"POST " + asked
                            + " (expected: GET, HEAD; for a prediction: POST /v1/models/surge-7-r2:predict)\"}");
        }
        assertThat(front.post("/metrics", "{}").body())
                .isEqualTo("{\"error\":\"POST /metrics (expected: GET, HEAD)\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/v1", "/v1/models/a/b", "/v1/models/:predict", "/v2/models/surge-7"})
    void anythingElseIsNotFoundAndToldWhatExists(String path) throws Exception {
        HttpResponse<String> response = front.post(path, "{}");

        assertThat(response.statusCode()).isIn(404, 405);
        HttpResponse<String> got = front.get(path);
        assertThat(got.statusCode()).isEqualTo(404);
        assertThat(got.headers().firstValue("content-type")).hasValue(JSON);
        assertThat(got.body()).startsWith("{\"error\":").contains("surge-7-r2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/models/surge-7:predic",
                "/v1/models/surge-7:predict/",
                "/v1/models/surge-7%3Apredic",
                "/v1/models/surge-7:",
                "/v1/models/:predict",
                "/v1/models/other:explain"
            })
    void aVerbThatIsNotOursIsNotFoundAndToldWhatExists(String path) throws Exception {
        for (HttpResponse<String> response : List.of(front.post(path, "{}"), front.get(path))) {
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("(expected: POST /v1/models/surge-7-r2:predict, GET ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/%zz", "/v1/models/%zz", "/v1/models/%zz:predict", "/%", "*"})
    void aPathWithBrokenEscapesIsAClearError(String path) throws Exception {
        try (RawCaller caller = front.raw()) {
            String response =
                    caller.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").response();

            assertThat(response).startsWith("HTTP/1.1 40").contains(JSON).contains("{\"error\":");
        }
    }

    @Test
    void nothingIsCompressed() throws Exception {
        HttpResponse<String> response = front.send(front.request("/v1/models").header("Accept-Encoding", "gzip"));

        assertThat(response.headers().firstValue("content-encoding")).isEmpty();
    }
}
