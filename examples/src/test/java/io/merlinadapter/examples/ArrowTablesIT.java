package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.PythonClients;
import io.merlinadapter.cli.it.support.Tools;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs with the libraries of Arrow, called by Python's gRPC. */
@Tag("all")
@Timeout(600)
class ArrowTablesIT {
    private static final Path CHILDREN = AdapterProcess.ROOT.resolve("examples/src/test/children");

    private static AdapterProcess serve(List<String> child, String... options) {
        List<String> all = new ArrayList<>(List.of("--format=jsonrpc"));
        all.addAll(List.of(options));
        AdapterProcess adapter = AdapterProcess.launch(Path.of("."), Map.of(), all, child);
        adapter.awaitPort();
        return adapter;
    }

    private static List<String> mirror() {
        return List.of(
                ReferenceChild.PYTHON_ARROW.command().get(0),
                "-B",
                CHILDREN.resolve("arrow_mirror.py").toString());
    }

    @Test
    void aProgramWithPyarrowGetsEveryTableAsItWasAndSaysItSo() {
        try (AdapterProcess adapter = serve(mirror())) {
            PythonClients.test(adapter, "test_arrow.Tables");
            PythonClients.test(adapter, "test_arrow.Faults");
        }
    }

    @Test
    void withSeveralCopiesItIsTheSame() {
        try (AdapterProcess adapter = serve(mirror(), "--workers=2", "--max-in-flight=4")) {
            PythonClients.test(adapter, "test_arrow.Tables");
        }
    }

    @Test
    void aProgramWithGosLibraryGetsEveryTableAsItWas() {
        Path binary = AdapterProcess.ROOT.resolve("examples/target/children/arrow-go");
        Tools.run(CHILDREN.resolve("arrow-go"), "go", "build", "-buildvcs=false", "-o", binary.toString(), ".");
        try (AdapterProcess adapter = serve(List.of(binary.toString()))) {
            PythonClients.test(adapter, "test_arrow.Tables");
        }
    }

    @Test
    void theProgramOfThePagePredictsFromATableAndFromAWarmUp() throws Exception {
        String warmup = "--warmup={\"prediction_table\":{\"name\":\"\",\"columns\":[\"km\"],\"data\":[[2]]}}";
        String asked =
                "{\"predictionTable\":{\"name\":\"rides\",\"columns\":[{\"name\":\"km\",\"type\":\"TYPE_DOUBLE\"}],"
                        + "\"rows\":[{\"rowId\":\"a\",\"values\":[{\"doubleValue\":2}]},{\"rowId\":\"b\",\"values\":[{\"doubleValue\":0.5}]}]}}";
        try (AdapterProcess adapter = serve(ReferenceChild.PYTHON_ARROW.command(), warmup)) {
            URI uri = URI.create("http://127.0.0.1:" + adapter.grpcPort() + "/v1/predict");
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(uri)
                                    .POST(HttpRequest.BodyPublishers.ofString(asked))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.body())
                    .as(adapter.output())
                    .startsWith("{\"predictionResultTable\":{\"name\":\"rides\",\"columns\":[{\"name\":\"minutes\","
                            + "\"type\":\"TYPE_DOUBLE\"}],\"rows\":[{\"rowId\":\"a\",\"values\":[{\"doubleValue\":11.0}]},"
                            + "{\"rowId\":\"b\",\"values\":[{\"doubleValue\":6.5}]}]}");
        }
    }
}
