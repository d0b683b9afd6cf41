package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.AdapterProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Serves the surge-pricing example as Merlin would: a named model, its artifact in a folder of its own. */
@Timeout(60)
class SurgePricingIT {
    private static final Path EXAMPLE = AdapterProcess.ROOT.resolve("examples/surge-pricing-python");
    private static final String MODEL = "/v1/models/surge-pricing-3-r2";

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
                        "CARAML_ARTIFACT_LOCATION", mounted.toString()),
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
