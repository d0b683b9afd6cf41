package io.merlinadapter.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the command logs, and that no amount of it, read or unread, harms the service. */
@SideBySide
class LogIT {
    private static final Path HERE = Path.of(".");

    private static AdapterProcess serve(Map<String, String> environment, List<String> options) {
        AdapterProcess adapter = AdapterProcess.launch(HERE, environment, options, Children.scripted());
        adapter.awaitPort();
        return adapter;
    }

    @Test
    void logsAsJsonAreOneObjectALineWhateverTheChildWrites() throws Exception {
        try (AdapterProcess adapter = serve(Map.of("ADAPTER_LOG_FORMAT", "json"), List.of())) {
            String nasty = "{\"do\":[[\"stderr\",\"a \\\"quoted\\\" \\u001b[31mline\\rwith \\\\ all\\n\"],"
                    + "[\"write\",\"printed\\n\"],[\"answer\",{}]]}";
            assertThat(new Callers(adapter).post(nasty).statusCode()).isEqualTo(200);
            adapter.awaitOutput("with");
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            JsonFactory json = new JsonFactory();
            for (String line : adapter.output().lines().toList()) {
                try (JsonParser parser = json.createParser(line)) {
                    assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
                    parser.skipChildren();
                    assertThat(parser.nextToken()).isNull();
                }
            }
            adapter.logs(
                    "\"type\":\"child\",\"worker\":0,\"stream\":\"stdout\",\"message\":\"printed\"}",
                    "\"type\":\"child\",\"worker\":0,\"stream\":\"stderr\",\"message\":\"a \\\"quoted");
        }
    }

    @Test
    void aFloodOnStderrIsDroppedAndCountedAndServiceGoesOn() throws Exception {
        try (AdapterProcess adapter = serve(Map.of(), List.of())) {
            Callers callers = new Callers(adapter);
            String flood = "{\"do\":[[\"stderr_many\",[\"a line of noise\\n\",200000]],"
                    + "[\"stderr_many\",[\"x\",3000000]],[\"stderr\",\"\\n\"],[\"answer\",{\"ok\":1}]]}";
            assertThat(callers.post(flood).body()).isEqualTo("{\"ok\": 1}");
            assertThat(adapter.output().length()).isLessThan(10_000_000);
            assertThat(adapter.metrics()).containsPattern("adapter_log_lines_dropped_total\\{[^}]*} (?!0\\.0)");
        }
    }

    @Test
    void aLogThatNobodyReadsStopsNeitherServiceNorMemory() throws Exception {
        int port = AdapterProcess.freePort();
        String command =
                "exec " + AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND) + " -- \"$@\" > >(exec sleep 60) 2>&1";
        List<String> unread = new ArrayList<>(List.of("bash", "-c", command, "bash"));
        unread.addAll(Children.scripted());
        try (AdapterProcess adapter = AdapterProcess.start(HERE, Map.of("ADAPTER_ACCESS_LOG", "true"), port, unread)) {
            adapter.awaitPort();
            Callers callers = new Callers(adapter);
            // More lines of the access log than pipe and queue hold together.
            Callers.together(
                    8,
                    4_000,
                    n -> assertThat(callers.post("{\"token\":" + n + "}").statusCode())
                            .isEqualTo(200));
            // Letters that take two bytes each in memory, in lines as long as are logged in one piece.
            String line = "\u0436".repeat(2000) + "\\n";
            for (int i = 0; i < 8; i++) {
                String flood = "{\"do\":[[\"stderr_many\",[\"" + line + "\",4000]],[\"answer\",{}]]}";
                assertThat(callers.post(flood).statusCode()).isEqualTo(200);
            }
            String large = "{\"token\":\"" + "x".repeat(10_000_000) + "\"}";
            assertThat(callers.post(large).statusCode()).isEqualTo(200);
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
        }
    }
}
