package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.PredictException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** UPI's messages as JSON, and the plain routes beside them, over HTTP/1.1 and HTTP/2. */
class UpiJsonTest {
    private static final String ONE_ROW = """
            {"predictionTable": {"columns": [{"name": "x", "type": "TYPE_INTEGER"}],
              "rows": [{"rowId": "a", "values": [{"integerValue": "7"}]}]},
             "metadata": {"predictionId": "p1"}}
            """;

    private final TestUpiFront front = new TestUpiFront();

    @AfterEach
    void stop() {
        TestUpiFront.until(() -> front.budget.used() == 0);
        front.close();
    }

    private HttpResponse<String> send(HttpClient.Version version, HttpRequest.Builder request) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(
                HttpClient.Version.HTTP_1_1,
                HttpRequest.newBuilder(front.uri(path)).POST(BodyPublishers.ofString(body)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/predict", "/v1/models/m-1-r2:predict", "/v1/models/m-1:predict"})
    void bothRoutesAnswerWithoutAContentType(String path) throws Exception {
        HttpResponse<String> response = post(path, ONE_ROW);
        assertThat(response.body()).contains("\"predictionResultTable\"", "\"rowId\":\"a\"", "\"predictionId\":\"p1\"");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=UTF-8");
        assertThat(front.ends).containsExactly("UPI_V1 200 SUCCESS");
    }

    /** Java's client asks for HTTP/2 by an upgrade. */
    @ParameterizedTest
    @EnumSource
    void everyVersionOfHttpHasThePlainRoutesToo(HttpClient.Version version) throws Exception {
        for (String path : new String[] {"/", "/v1/models", "/v1/models/m-1-r2", "/metrics"}) {
            assertThat(send(version, HttpRequest.newBuilder(front.uri(path))).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        HttpRequest.Builder predict =
                HttpRequest.newBuilder(front.uri("/v1/predict")).POST(BodyPublishers.ofString(ONE_ROW));
        assertThat(send(version, predict).statusCode()).isEqualTo(200);
    }

    @Test
    void refusalsAreHttps() throws Exception {
        assertThat(post("/v1/models/other:predict", ONE_ROW).statusCode()).isEqualTo(404);
        assertThat(post("/v1/predict", "{\"predictionTable\": 1}").statusCode()).isEqualTo(400);
        front.program.failure = PredictException.modelFailed(422, "no");
        HttpResponse<String> refused = post("/v1/predict", ONE_ROW);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).isEqualTo("{\"error\":\"no\"}");
    }

    @Test
    void anotherMethodIsToldWhatThePathTakes() throws Exception {
        HttpResponse<String> response =
                send(HttpClient.Version.HTTP_1_1, HttpRequest.newBuilder(front.uri("/v1/predict")));
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("allow")).hasValue("POST");
    }

    @Test
    void whoAsksForWhatIsNotThereIsToldWhatIs() throws Exception {
        assertThat(post("/v2", "").body()).contains("UniversalPredictionService/PredictValues", "POST /v1/predict");
    }

    @Test
    void grpcNeedsHttp2() throws Exception {
        HttpResponse<String> response = send(
                HttpClient.Version.HTTP_1_1,
                HttpRequest.newBuilder(front.uri(TestUpiFront.PREDICT))
                        .header("content-type", "application/grpc")
                        .POST(BodyPublishers.ofString("x")));
        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(response.body()).contains("expected: HTTP/2 POST");
    }
}
