package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of developers in a real browser, and the description of the routes before a validator. */
@SideBySide
@Tag("all")
class DevPageIT {
    private static final Path SOURCES = AdapterProcess.ROOT.resolve("adapter-cli/src/test/page");
    private static final Path VENV = AdapterProcess.ROOT.resolve("adapter-cli/target/page");
    private static final String PROGRAM = """
            import json, sys
            for line in sys.stdin:
                rows = json.loads(line)["instances"]
                print("a request of", len(rows), file=sys.stderr, flush=True)
                print(json.dumps({"predictions": [sum(row) for row in rows]}), flush=True)
            """;

    @TempDir
    private Path folder;

    private static String python(String... arguments) {
        String[] command = new String[arguments.length + 2];
        command[0] = Tools.python(VENV, SOURCES.resolve("requirements.txt")).toString();
        command[1] = "-B";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return Tools.run(SOURCES, command);
    }

    private AdapterProcess serve(String... words) throws IOException {
        Files.writeString(folder.resolve("predict.py"), PROGRAM);
        Files.writeString(folder.resolve("request.json"), "{\"instances\": [[1, 2.5], [3, 4]]}");
        AdapterProcess adapter =
                AdapterProcess.launch(folder, Map.of(), List.of(words), List.of("python3", "predict.py"));
        adapter.awaitPort();
        adapter.awaitOutput("adapter: READY");
        return adapter;
    }

    @Test
    void aPersonSendsRequestsAndSeesWhatTheProgramDoes() throws IOException {
        try (AdapterProcess adapter = serve("dev", "--upi-payload=instances")) {
            String page = "http://localhost:" + adapter.port();
            assertThat(python("page.py", "send", page)).contains("upi: 200");
            python("page.py", "restart", page);
            Files.writeString(folder.resolve("predict.py"), "import there_is_no_such_module\n" + PROGRAM);
            adapter.awaitOutput("the new copy did not start");
            python("page.py", "broken", page);
            python("page.py", "look", page, "", "dark", "360");
        }
    }

    @Test
    void theDescriptionOfTheRoutesIsValid() throws IOException {
        for (List<String> words : List.of(
                List.of("--openapi", "--warmup=@request.json", "--upi-payload=instances"),
                List.of("--openapi", "--reply=any"),
                List.of("dev", "--reply=predictions"))) {
            try (AdapterProcess adapter = serve(words.toArray(String[]::new))) {
                Callers callers = new Callers(adapter);
                String http = callers.get("/openapi.json").body();
                String upi =
                        Tools.run(folder, "curl", "-s", "http://127.0.0.1:" + adapter.grpcPort() + "/openapi.json");
                assertThat(http).contains("/v1/models/model-1:predict");
                assertThat(upi).contains("/v1/predict", "predictionTable");
                validate(http);
                validate(upi);
            }
        }
    }

    private void validate(String document) throws IOException {
        Path file = Files.writeString(folder.resolve("openapi.json"), document);
        assertThat(python("-m", "openapi_spec_validator", file.toString())).contains("OK");
    }
}
