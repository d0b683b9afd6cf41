package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/protocol.md shows is what crosses the channel, and what it says of mistakes is so. */
@Timeout(600)
class ProtocolPageIT {
    private static final String CHILDREN = AdapterProcess.ROOT + "/examples/src/test/children/";
    private static final String ABLE = "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"concurrency\":8,\"cancel\":true}}";
    private static final String WELL = "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{}}";
    private static final String BODY = "{\"instances\":[{\"km\":2}]}";
    private static final Map<String, String> SHORT = Map.of("X-Request-Timeout-Ms", "500");

    @TempDir
    Path folder;

    private Served serve(String greeting, String... options) {
        return Served.start(folder, List.of(options), child(greeting));
    }

    private List<String> child(String greeting) {
        return List.of("python3", CHILDREN + "recording.py", record().toString(), greeting);
    }

    private Path record() {
        return folder.resolve("record");
    }

    /** What the program has read; ids and times, which differ, are made those of the page. */
    private List<String> recorded() {
        try {
            return Files.readString(record())
                    .lines()
                    .map(ProtocolPageIT::leveled)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String leveled(String line) {
        return line.replaceAll("\"(id|timeout_ms)\":\\d+", "\"$1\":0");
    }

    /** The body that makes the program write these lines. */
    private static String say(String... lines) {
        return Stream.of(lines)
                .map(line -> '"' + line.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{\"say\":[", "]}"));
    }

    /** The code in a cell of a table. */
    private static String code(String cell) {
        return cell.contains("`") ? cell.substring(cell.indexOf('`') + 1, cell.lastIndexOf('`')) : "";
    }

    @Test
    void theAdapterSendsTheMessagesThatThePageShows() throws Exception {
        String greeting = ProtocolPage.written(true).get(0);
        try (Served served = serve(greeting, "--format=jsonrpc")) {
            Socket caller = served.call(BODY, "X-Request-Id: 7f3");
            served.adapter().until(() -> recorded().size() == 2, "the call");
            caller.close();
            served.adapter().until(() -> recorded().size() == 3, "the cancel");
            assertThat(recorded())
                    .isEqualTo(ProtocolPage.read(true).stream()
                            .map(ProtocolPageIT::leveled)
                            .toList());
        }
    }

    @Test
    void theAdapterTakesTheMessagesThatThePageShows() {
        try (Served served = serve(ABLE, "--format=jsonrpc")) {
            for (String message : ProtocolPage.written(true)) {
                boolean answer = message.contains("\"id\"");
                HttpResponse<String> response = served.predict(answer ? say(message) : say(message, WELL));
                assertThat(response.statusCode())
                        .as(
                                "%s; the adapter wrote: %s",
                                message, served.adapter().output())
                        .isEqualTo(message.contains("\"error\"") ? 422 : 200);
                if (message.contains("\"result\"")) {
                    assertThat(message).endsWith("\"result\":" + response.body() + "}");
                }
            }
            served.adapter().awaitOutput("the model is a week old");
            served.adapter().awaitOutput("the GPU is gone");
            assertThat(served.adapter().output())
                    .doesNotContain("stdout: ")
                    .doesNotContain("can't be used")
                    .doesNotContain("was dropped");
            assertThat(served.adapter().metrics()).containsPattern("\nscore_count\\{.*zone=\"a\"} 1\n");
        }
    }

    static List<ReferenceChild> batching() {
        return ReferenceChild.batching();
    }

    @ParameterizedTest
    @MethodSource("batching")
    void aProgramThatTakesBatchesAnswersOneAsThePageShows(ReferenceChild child) {
        List<String> batch = ProtocolPage.batch();
        assertThat(batch).hasSize(2);
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "line=$1; shift; printf '%s\\n' \"$line\" | \"$@\"", "sh", batch.get(0)));
        command.addAll(child.command());
        String answer = Tools.run(folder, command.toArray(String[]::new));
        assertThat(answer.lines()).hasSize(1);
        assertThat(sorted(answer)).isEqualTo(sorted(batch.get(1)));
    }

    /** Neither the order of the answers nor that of their members means anything. */
    private String sorted(String batch) {
        return Tools.run(folder, "jq", "-n", "-S", "--argjson", "batch", batch, "$batch | sort_by(.id)");
    }

    @Test
    void theReasonsForDroppingAMetricAreThoseThatThePageNames() {
        try (Served served = serve(ABLE, "--format=jsonrpc")) {
            assertThat(served.adapter()
                            .metrics()
                            .lines()
                            .filter(line -> line.startsWith("adapter_child_metrics_dropped_total{"))
                            .map(line -> line.replaceAll(".*reason=\"(.*)\"} 0.0", "$1")))
                    .containsExactlyInAnyOrderElementsOf(ProtocolPage.table("`reason`").stream()
                            .map(row -> code(row.get(0)))
                            .toList());
        }
    }

    @Test
    void bareLinesAreWhatThePageShows() {
        for (String reply : ProtocolPage.written(false)) {
            try (Served served = serve(reply)) {
                HttpResponse<String> response = served.predict(BODY);
                assertThat(response.statusCode()).isEqualTo(reply.contains("error") ? 422 : 200);
                assertThat(response.body()).isEqualTo(reply.replaceAll(".*\"message\":(.*)}}", "{\"error\":$1}"));
            }
        }
        assertThat(recorded()).containsOnly(ProtocolPage.read(false).toArray(String[]::new));
    }

    @Test
    void theSocketIsForOneConnectionAndLeavesStdoutFree() {
        List<String> child = List.of("python3", CHILDREN + "connecting.py");
        try (Served served = Served.start(folder, List.of("--channel=socket"), child)) {
            assertThat(served.predict(BODY).body())
                    .isEqualTo("{\"path is there\": false, \"second connection\": false,"
                            + " \"input on stdin, or its end\": false}");
            served.adapter().awaitOutput("worker 0 stdout: {\"predictions\": \"printed\"}");
        }
    }

    @Test
    void theProgramGetsTheHeadersThatThePageNamesAndNoOthers() throws Exception {
        List<String> named = List.of(
                "content-type", "traceparent", "tracestate", "x-request-id", "turing-req-id", "x-merlin-log-id");
        assertThat(ProtocolPage.text().replaceAll("\\s+", " "))
                .contains(named.stream()
                        .map(name -> '`' + name + '`')
                        .collect(Collectors.joining(", "))
                        .replace(", `x-merlin", " and `x-merlin"));
        try (Served served = serve(ABLE, "--format=jsonrpc", "--pass-header=X-Tenant")) {
            Stream<String> sent = Stream.concat(named.stream(), Stream.of("x-tenant", "Authorization", "Cookie"));
            served.predict(say(WELL), sent.collect(Collectors.toMap(name -> name, name -> "1")));
            assertThat(recorded()
                            .get(1)
                            .replaceAll(".*\"headers\":\\{(.*?)}.*", "$1")
                            .split(","))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(named.stream(), Stream.of("x-tenant"))
                            .map(name -> '"' + name + "\":\"1\"")
                            .toList());
        }
    }

    @Test
    void anErrorHasTheStatusThatThePageSays() {
        Map<Integer, Integer> statuses =
                Map.of(400, 400, 429, 429, 599, 599, 499, 500, 503, 500, -32602, 400, -32603, 500, -32000, 500);
        try (Served served = serve(ABLE, "--format=jsonrpc")) {
            statuses.forEach((code, status) -> {
                String error = ",\"error\":{\"code\":" + code + ",\"message\":\"no\"}}";
                assertThat(List.of("2", "null")).allSatisfy(id -> {
                    String line = "{\"jsonrpc\":\"2.0\",\"id\":" + id + error;
                    assertThat(served.predict(say(line)).statusCode()).as(line).isEqualTo(status);
                });
            });
        }
    }

    @Test
    void aMistakeHasTheConsequencesThatThePageNames() {
        List<List<String>> rows = ProtocolPage.table("the program writes");
        assertThat(rows).hasSizeGreaterThan(10);
        try (Served served = serve(ABLE, "--format=jsonrpc")) {
            for (List<String> row : rows) {
                String line = code(row.get(0));
                String[] lines = line.isEmpty() ? new String[0] : new String[] {line};
                if (row.get(0).startsWith("twice")) {
                    lines = new String[] {line, line};
                }
                Map<String, String> deadline = row.get(1).equals("504") ? SHORT : Map.of();
                HttpResponse<String> response = served.predict(say(lines), deadline);
                assertThat(response.statusCode())
                        .as("%s; the adapter wrote: %s", row, served.adapter().output())
                        .isEqualTo(Integer.parseInt(row.get(1)));
                served.adapter().awaitOutput(code(row.get(2)));
                assertThat(served.predict(say(WELL)).statusCode())
                        .as("the next call")
                        .isEqualTo(200);
            }
        }
    }

    static Stream<List<String>> badStarts() {
        return ProtocolPage.table("the program answers `initialize` with").stream();
    }

    @ParameterizedTest
    @MethodSource("badStarts")
    void aBadAnswerToInitializeEndsTheStartAsThePageSays(List<String> row) {
        List<String> options = List.of("--format=jsonrpc", "--give-up-after=1");
        try (Served served = Served.launch(folder, options, child(code(row.get(0))))) {
            assertThat(served.adapter().exitCode()).isEqualTo(4);
            assertThat(served.adapter().output()).contains(code(row.get(1)));
        }
    }
}
