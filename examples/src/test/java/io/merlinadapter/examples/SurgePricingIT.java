package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.AdapterProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Serves the surge-pricing example as Merlin would: a named model, its artifact in a folder of its own; over both fronts,
 * whose ports are always set.
 */
@Timeout(60)
class SurgePricingIT {
    private static final Path EXAMPLE = AdapterProcess.ROOT.resolve("examples/surge-pricing-python");
    private static final String MODEL = "/v1/models/surge-pricing-3-r2";

    /** A prediction of the documented response. */
    private static final Pattern ROW = Pattern.compile("\\{\"multiplier\": ([^,]+), \"reason\": (\"[^\"]*\")}");

    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private static AdapterProcess adapter;

    @BeforeAll
    static void serve(@TempDir Path mounted) throws IOException {
        Files.copy(EXAMPLE.resolve("artifact/coefficients.json"), mounted.resolve("coefficients.json"));
        adapter = AdapterProcess.serve(
                EXAMPLE,
                Map.of(
                        "CARAML_MODEL_NAME", "surge-pricing",
                        "CARAML_MODEL_VERSION", "3",
                        "CARAML_MODEL_FULL_NAME", "surge-pricing-3-r2",
                        "CARAML_ARTIFACT_LOCATION", mounted.toString(),
                        "ADAPTER_UPI_PAYLOAD", "instances"),
                "python3",
                "predict.py");
    }

    @AfterAll
    static void stop() {
        if (adapter != null) {
            adapter.close();
        }
    }

    @Test
    void theSampleRequestGetsTheDocumentedResponse() throws Exception {
        HttpResponse<String> response = predict(Files.readString(EXAMPLE.resolve("request.json")));

        assertThat(response.statusCode()).as(adapter.output()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/json; charset=UTF-8");
        assertThat(response.body().strip())
                .isEqualTo(Files.readString(EXAMPLE.resolve("response.json")).strip());
    }

    @Test
    void aBadInstanceHurtsItsOwnRequestOnly() throws Exception {
        HttpResponse<String> bad = predict("{\"instances\": [[\"centre\", 9, -3, 0, 12]]}");
        HttpResponse<String> good = predict("{\"instances\": [[\"centre\", 9, 3, 0, 12]]}");

        assertThat(bad.statusCode()).as(adapter.output()).isEqualTo(422);
        assertThat(bad.body()).startsWith("{\"error\":").contains("instances[0]: drivers is -3");
        assertThat(good.statusCode()).as(adapter.output()).isEqualTo(200);
        assertThat(good.body()).isEqualTo("{\"predictions\": [{\"multiplier\": 1.4, \"reason\": \"demand x1.45\"}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/predict", MODEL + ":predict"})
    void theSampleRequestOfUpiGetsTheSamePrices(String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(upi(path))
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofFile(EXAMPLE.resolve("upi-request.json")))
                .build();
        HttpResponse<String> response = CLIENT.send(request, BodyHandlers.ofString());

        assertThat(response.statusCode()).as(adapter.output()).isEqualTo(200);
        List<String> prices = ROW.matcher(Files.readString(EXAMPLE.resolve("response.json")))
                .results()
                .map(row -> "{\"doubleValue\":" + row.group(1) + "},{\"stringValue\":" + row.group(2) + "}")
                .toList();
        assertThat(prices).hasSize(3);
        assertThat(response.body())
                .contains("\"rowId\":\"ride-1\"", "\"rowId\":\"ride-2\"", "\"rowId\":\"ride-3\"")
                .contains("\"targetName\":\"multiplier\"", "\"predictionId\":\"7f3\"")
                .contains("\"models\":[{\"name\":\"surge-pricing\",\"version\":\"3\"}]");
        assertThat(response.body()).containsSubsequence(prices);
    }

    @Test
    void theModelIsReadyUnderItsFullName() throws Exception {
        HttpResponse<String> response = get(MODEL);

        assertThat(response.statusCode()).as(adapter.output()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"name\":\"surge-pricing-3-r2\",\"ready\":true}");
    }

    @Test
    void theAdapterSaysThatItIsAlive() throws Exception {
        HttpResponse<String> response = get("/");

        assertThat(response.statusCode()).as(adapter.output()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("{\"status\":\"alive\"}");
    }

    private static URI upi(String path) {
        return URI.create("http://127.0.0.1:" + adapter.grpcPort() + path);
    }

    private static HttpResponse<String> predict(String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(adapter.uri(MODEL + ":predict"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(20))
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(adapter.uri(path))
                .timeout(Duration.ofSeconds(20))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }
}
