package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.pages.AccessLogPageTest;
import io.merlinadapter.cli.run.ExitCode;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    /** The members that docs/log.md lists for this type, but for the one of bugs. */
    private static Set<String> listed(String type) throws Exception {
        String page = Files.readString(AdapterProcess.ROOT.resolve("docs/log.md"));
        return Pattern.compile("(?m)^\\| `(\\w+)` \\|.*\\|([^|]*)\\|$")
                .matcher(page)
                .results()
                .filter(row -> row.group(2).contains("`" + type + "`"))
                .map(row -> row.group(1))
                .filter(member -> !member.equals("stack_trace"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void everyLineHasTheMembersThatThePageLists() throws Exception {
        Map<String, Set<String>> seen = new TreeMap<>();
        try (AdapterProcess adapter = serve(Map.of(), List.of("--log-format=json", "--access-log"))) {
            new Callers(adapter)
                    .post("{\"do\":[[\"stderr\",\"loading\\n\"],[\"write\",\"printed\\n\"],[\"answer\",{}]]}");
            adapter.logs("loading", "printed", "\"type\":\"access\"", "try it");
            adapter.terminate();
            assertThat(adapter.exitCode()).isZero();
            for (String line : adapter.output().lines().toList()) {
                JsonObject object = new JsonObject(line);
                assertThat(object.fieldNames()).contains("time", "severity", "type", "message");
                assertThat(object.getString("time")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
                assertThat(object.getString("severity")).isIn("DEBUG", "INFO", "WARNING", "ERROR");
                seen.computeIfAbsent(object.getString("type"), type -> new TreeSet<>())
                        .addAll(object.fieldNames());
            }
        }
        Set<String> own = new TreeSet<>(AccessLogPageTest.members());
        own.removeAll(listed("access"));
        seen.get("access").removeAll(own);
        assertThat(seen)
                .isEqualTo(Map.of("adapter", listed("adapter"), "child", listed("child"), "access", listed("access")));
    }

    @Test
    void theLastLineOfAStartIsACommandThatWorks(@TempDir Path folder) throws Exception {
        Path row = Files.writeString(folder.resolve("one row.json"), "{\"token\":\n 7}");
        for (String warmup : List.of("@" + row, "{\"token\": \"it's\"}")) {
            try (AdapterProcess adapter = serve(Map.of(), List.of("--warmup=" + warmup, "--workers=2"))) {
                adapter.awaitOutput(" try it: ");
                adapter.logsLike(" try it: .*\n");
                String last = adapter.output().lines().reduce("", (before, line) -> line);
                assertThat(last).contains(" INFO  try it: curl -s http://127.0.0.1:");
                Process curl = new ProcessBuilder("sh", "-c", last.substring(last.indexOf("curl ")))
                        .redirectErrorStream(true)
                        .start();
                assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("\"token\"")
                        .doesNotContain("error");
            }
        }
    }

    @Test
    void aProgramThatCanNotImportIsExplainedInFewLines() {
        List<String> program = List.of("python3", "-c", "import not_there");
        try (AdapterProcess adapter = AdapterProcess.launch(HERE, Map.of(), List.of(), program)) {
            assertThat(adapter.exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            List<String> lines = adapter.output().lines().toList();
            assertThat(lines).hasSizeLessThan(45);
            assertThat(lines.get(0))
                    .contains(" INFO  configuration: program python3 -c \"import not_there\"; ")
                    .endsWith("; all else is default: --print-config shows it");
            assertThat(lines).noneMatch(line -> line.contains("queue-size="));
            assertThat(lines)
                    .filteredOn(line -> line.matches(".*worker 0 stderr: ModuleNotFoundError.*"))
                    .hasSize(5);
            assertThat(lines).filteredOn(line -> line.contains("last words")).hasSize(1);
            assertThat(lines)
                    .noneMatch(line -> line.matches(".*\\b(AdapterRun|WorkerPool|Lifecycle|Worker|child): .*"));
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
