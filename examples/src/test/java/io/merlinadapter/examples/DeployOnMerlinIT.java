package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What examples/merlin sends to Merlin, and what docs/deploy-on-merlin.md says that a container gets from it. */
@Timeout(600)
@Tag("all")
final class DeployOnMerlinIT {
    /** Answers whatever it is asked with its own arguments, and what it was told by environment. */
    private static final String PROGRAM = """
            import json, os, sys
            told = {name: value for name, value in os.environ.items() if name.startswith(("CARAML_", "MERLIN_", "STORAGE_"))}
            for line in sys.stdin:
                print(json.dumps({"argv": sys.argv[1:], "told": told}, separators=(",", ":")), flush=True)
            """;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        PythonTests.prepare();
    }

    static Stream<Arguments> logged() {
        return MerlinPage.args().stream().map(row -> Arguments.of(row.group(1), row.group(2)));
    }

    @Test
    void theScriptAndThePageSendWhatMerlinTakes() {
        PythonTests.run("test_deploy");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("logged")
    void argsArriveAsThePageShows(String logged, String argv) throws Exception {
        assertThat(answer(logged)).startsWith("{\"argv\":" + argv + ",");
    }

    @Test
    void theProgramIsToldWhatMerlinSets() throws Exception {
        Map<String, String> told = MerlinPage.variables();
        assertThat(told).hasSizeGreaterThan(9);
        told.keySet().removeIf(name -> name.endsWith("_HTTP_PORT") || name.endsWith("_GRPC_PORT"));

        assertThat(answer("-- python3 predict.py"))
                .contains(told.entrySet().stream()
                        .map(variable -> "\"" + variable.getKey() + "\":\"" + variable.getValue() + "\"")
                        .toArray(String[]::new));
    }

    /** What a container of Merlin's says whose version was logged with these args. */
    private String answer(String logged) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("predict.py"), PROGRAM);
        List<String> command = new ArrayList<>();
        command.add(AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
        command.addAll(splitAsMerlinDoes(logged));
        Map<String, String> environment = new HashMap<>(MerlinPage.variables());
        String name = environment.get("CARAML_MODEL_FULL_NAME");
        // Those of the test stay.
        environment.keySet().removeAll(List.of("CARAML_HTTP_PORT", "CARAML_GRPC_PORT"));
        try (AdapterProcess adapter = AdapterProcess.start(folder, environment, AdapterProcess.freePort(), command)) {
            adapter.awaitPort();
            URI predict = adapter.uri("/v1/models/" + name + ":predict");
            HttpRequest request = HttpRequest.newBuilder(predict)
                    .timeout(Duration.ofSeconds(30))
                    .POST(BodyPublishers.ofString("{\"instances\": []}"))
                    .build();
            return CLIENT.send(request, BodyHandlers.ofString()).body();
        }
    }

    private static List<String> splitAsMerlinDoes(String args) {
        return List.of(args.split(" ", -1));
    }
}
