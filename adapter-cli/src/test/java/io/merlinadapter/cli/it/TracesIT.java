package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.GoProgram;
import io.merlinadapter.cli.it.support.QuickStart;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import io.merlinadapter.cli.it.support.TraceReceiver;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Traces of the real command, as a collector gets them. */
@SideBySide
final class TracesIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String CALLER = "b7ad6b7169203331";
    private static final String SAMPLED = "00-" + TRACE + "-" + CALLER + "-01";
    private static final String PREDICT = "/v1/models/model-1:predict";
    private static final String BY_NAME = "POST /v1/models/{model}:predict";
    private static final String GRPC = "caraml.upi.v1.UniversalPredictionService/PredictValues";
    /** So that what a stop finds is all there is. */
    private static final String NEVER = "OTEL_BSP_SCHEDULE_DELAY=3600000";

    /** Answers each request with as many predictions as it has instances, after a moment. */
    private static final List<String> PROGRAM = List.of("python3", "-c", """
            import json, sys, time
            for line in sys.stdin:
                instances = json.loads(line).get("instances", [1])
                time.sleep(0.05)
                print(json.dumps({"predictions": [1.5] * len(instances)}), flush=True)
            """);

    @TempDir
    Path folder;

    private AdapterProcess serve(List<String> variables, String... options) {
        Map<String, String> environment = new HashMap<>();
        variables.forEach(variable -> {
            int equals = variable.indexOf('=');
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        });
        List<String> all = new ArrayList<>(List.of("--upi-payload=instances", "--model-name=eta"));
        all.add("--model-full-name=model-1");
        all.addAll(List.of(options));
        AdapterProcess adapter = AdapterProcess.launch(folder, environment, all, PROGRAM);
        adapter.awaitPort();
        return adapter;
    }

    private static String endpoint(String url) {
        return "OTEL_EXPORTER_OTLP_ENDPOINT=" + url;
    }

    /** What curl gets from an address of the adapter, and the status. */
    private String curl(int port, String path, String... options) {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "-S", "--noproxy", "*", "-w", " %{http_code}"));
        command.addAll(List.of(options));
        command.add("http://127.0.0.1:" + port + path);
        return Tools.run(folder, command.toArray(String[]::new));
    }

    private String predicts(AdapterProcess adapter, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("-d", "{\"instances\":[[1]]}"));
        return curl(adapter.port(), PREDICT, all.toArray(String[]::new));
    }

    /** A call of gRPC with a table of one row; its status is in what curl writes of the headers. */
    private String predictsByGrpc(AdapterProcess adapter, String traceParent) {
        byte[] table = {
            0,
            0,
            0,
            0,
            28,
            10,
            26,
            10,
            1,
            't',
            18,
            5,
            10,
            1,
            'x',
            16,
            1,
            26,
            14,
            10,
            1,
            'a',
            18,
            9,
            9,
            0,
            0,
            0,
            0,
            0,
            0,
            (byte) 0xf8,
            63
        };
        try {
            Path message = Files.write(folder.resolve("message"), table);
            return curl(
                    adapter.grpcPort(),
                    "/" + GRPC,
                    "--http2-prior-knowledge",
                    "-H",
                    "content-type: application/grpc",
                    "-H",
                    "te: trailers",
                    "-H",
                    "traceparent: " + traceParent,
                    "--data-binary",
                    "@" + message,
                    "-D",
                    "-",
                    "-o",
                    folder.resolve("answer").toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void ends(AdapterProcess adapter) {
        adapter.terminate();
        assertThat(adapter.exitCode()).as(adapter.output()).isZero();
    }

    private static Span only(List<Span> spans) {
        assertThat(spans).hasSize(1);
        return spans.get(0);
    }

    private static List<Span> childrenOf(Span whole, List<Span> spans) {
        return spans.stream()
                .filter(span -> span.getParentSpanId().equals(whole.getSpanId()))
                .toList();
    }

    @Test
    void callsOfBothProtocolsArePartOfTheirCallersTracesAndGoOutAtTheStopAtTheLatest() {
        try (TraceReceiver receiver = new TraceReceiver();
                AdapterProcess adapter = serve(List.of(
                        endpoint(receiver.endpoint()),
                        NEVER,
                        "OTEL_EXPORTER_OTLP_HEADERS=x-key=geheim%20x",
                        "OTEL_EXPORTER_OTLP_COMPRESSION=gzip",
                        "OTEL_RESOURCE_ATTRIBUTES=k8s.pod.name=pod-1"))) {
            assertThat(predicts(adapter, "-H", "traceparent: " + SAMPLED, "-H", "x-request-id: r-1"))
                    .endsWith(" 200");
            assertThat(predictsByGrpc(adapter, SAMPLED)).contains("grpc-status: 0");
            String table = "{\"predictionTable\":{\"columns\":[{\"name\":\"x\",\"type\":\"TYPE_DOUBLE\"}],"
                    + "\"rows\":[{\"values\":[{\"doubleValue\":1.5}]}]}}";
            assertThat(curl(adapter.grpcPort(), "/v1/predict", "-d", table)).endsWith(" 200");
            assertThat(curl(adapter.port(), PREDICT, "-d", "{")).endsWith(" 400");
            // None of these is traced.
            assertThat(predicts(adapter, "-H", "traceparent: 00-" + TRACE + "-" + CALLER + "-00"))
                    .endsWith(" 200");
            assertThat(curl(adapter.port(), "/v1/models/model-1")).endsWith(" 200");
            assertThat(curl(adapter.port(), "/metrics")).endsWith(" 200");
            assertThat(curl(adapter.port(), "/nowhere")).endsWith(" 404");
            // The first post has nothing in it; it loads classes, which may take a while on a busy machine.
            adapter.until(() -> !receiver.headers().isEmpty(), "a first post");
            assertThat(receiver.spans()).isEmpty();
            ends(adapter);

            assertThat(receiver.resource()).containsEntry("service.name", "eta").containsEntry("k8s.pod.name", "pod-1");
            assertThat(receiver.headers())
                    .allSatisfy(sent -> assertThat(sent.getFirst("x-key")).isEqualTo("geheim x"));
            assertThat(receiver.spans()).hasSize(3 + 3 + 3 + 1);

            Span http = receiver.spans(BY_NAME).get(0);
            assertThat(TraceReceiver.hex(http.getTraceId())).isEqualTo(TRACE);
            assertThat(TraceReceiver.hex(http.getParentSpanId())).isEqualTo(CALLER);
            assertThat(http.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
            assertThat(TraceReceiver.attributes(http))
                    .containsEntry("http.request.method", "POST")
                    .containsEntry("http.route", "/v1/models/{model}:predict")
                    .containsEntry("url.path", PREDICT)
                    .containsEntry("http.response.status_code", "200")
                    .containsEntry("network.protocol.version", "1.1")
                    .containsEntry("merlin_adapter.request_id", "r-1")
                    .containsEntry("merlin_adapter.worker", "0")
                    .doesNotContainKey("error.type");
            List<Span> within = childrenOf(http, receiver.spans());
            assertThat(within).extracting(Span::getName).containsExactlyInAnyOrder("queue", "program");
            assertThat(within).allSatisfy(span -> {
                assertThat(span.getTraceId()).isEqualTo(http.getTraceId());
                assertThat(span.getStartTimeUnixNano())
                        .isBetween(http.getStartTimeUnixNano(), http.getEndTimeUnixNano());
                assertThat(span.getEndTimeUnixNano()).isBetween(span.getStartTimeUnixNano(), http.getEndTimeUnixNano());
            });

            Span grpc = only(receiver.spans(GRPC));
            assertThat(TraceReceiver.hex(grpc.getParentSpanId())).isEqualTo(CALLER);
            assertThat(TraceReceiver.attributes(grpc))
                    .containsEntry("rpc.system.name", "grpc")
                    .containsEntry("rpc.method", GRPC)
                    .containsEntry("rpc.response.status_code", "OK")
                    .doesNotContainKey("http.response.status_code");
            assertThat(childrenOf(grpc, receiver.spans())).hasSize(2);
            assertThat(childrenOf(only(receiver.spans("POST /v1/predict")), receiver.spans()))
                    .hasSize(2);

            Span refused = receiver.spans(BY_NAME).get(1);
            assertThat(refused.getTraceId()).isNotEqualTo(http.getTraceId());
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
            assertThat(TraceReceiver.attributes(refused))
                    .containsEntry("error.type", "invalid_request")
                    .containsEntry("http.response.status_code", "400");
            assertThat(adapter.output()).doesNotContain("geheim", "io.opentelemetry");
        }
    }

    @Test
    void theProgramHearsOfItsCallersTraceAsItDoesWithoutTraces() {
        try (TraceReceiver receiver = new TraceReceiver();
                AdapterProcess adapter = AdapterProcess.launch(
                        folder,
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint(), "OTEL_BSP_SCHEDULE_DELAY", "20"),
                        List.of("--format=jsonrpc"),
                        List.of("python3", "-c", """
                                import json, sys
                                for line in sys.stdin:
                                    message = json.loads(line)
                                    result = {"heard": message["params"]} if message.get("method") == "predict" else {}
                                    if "id" in message:
                                        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
                                """))) {
            adapter.awaitPort();
            assertThat(predicts(adapter, "-H", "traceparent: " + SAMPLED)).contains(SAMPLED);
            assertThat(predicts(adapter)).endsWith(" 200").doesNotContain("traceparent");
            adapter.until(() -> receiver.spans(BY_NAME).size() == 2, "two calls");
        }
    }

    @Test
    void callsThatWentTogetherAreLinked() throws Exception {
        try (TraceReceiver receiver = new TraceReceiver();
                AdapterProcess adapter = serve(
                        List.of(endpoint(receiver.endpoint()), "OTEL_BSP_SCHEDULE_DELAY=20"), "--batch=instances")) {
            Callers callers = new Callers(adapter);
            Callers.together(
                    16,
                    160,
                    n -> assertThat(callers.post("{\"instances\":[[" + n + "]]}")
                                    .statusCode())
                            .isEqualTo(200));
            adapter.until(() -> receiver.spans().size() >= 3 * 160, "all spans");
            List<Span> programs = receiver.spans("program");
            assertThat(programs).hasSize(160);
            Map<Object, Span> byId = programs.stream().collect(Collectors.toMap(Span::getSpanId, span -> span));
            List<Span> together = programs.stream()
                    .filter(span -> TraceReceiver.attributes(span).containsKey("merlin_adapter.batch_size"))
                    .toList();
            assertThat(together).isNotEmpty().allSatisfy(span -> {
                assertThat(span.getLinksList()).isNotEmpty().allSatisfy(link -> {
                    Span other = byId.get(link.getSpanId());
                    assertThat(other.getTraceId()).isEqualTo(link.getTraceId());
                    assertThat(TraceReceiver.attributes(other)).isEqualTo(TraceReceiver.attributes(span));
                });
                int size = Integer.parseInt(TraceReceiver.attributes(span).get("merlin_adapter.batch_size"));
                assertThat(span.getLinksCount()).isIn(1, size - 1);
            });
            assertThat(programs)
                    .filteredOn(span -> !together.contains(span))
                    .allSatisfy(span -> assertThat(span.getLinksList()).isEmpty());
        }
    }

    @Test
    void aCollectorThatIsNotThereHarmsNobodyAndIsSaidOnce() throws Exception {
        String nobody = "http://127.0.0.1:" + AdapterProcess.freePort();
        try (AdapterProcess adapter = serve(
                List.of(
                        endpoint(nobody),
                        "OTEL_BSP_SCHEDULE_DELAY=20",
                        "OTEL_BSP_MAX_QUEUE_SIZE=32",
                        "OTEL_EXPORTER_OTLP_TIMEOUT=100"),
                "--batch=instances")) {
            answersMany(adapter);
            adapter.awaitOutput(" fails: ");
            ends(adapter);
            assertThat(said(adapter, "exporting traces to " + nobody + "/v1/traces fails: "))
                    .isEqualTo(1);
            assertThat(adapter.output())
                    .containsPattern("\\d+ of \\d+ spans did not get to " + nobody)
                    .doesNotContain("io.opentelemetry", "Exception:", "SEVERE", "WARNING");
        }
    }

    @Test
    void aCollectorThatNeverAnswersHarmsNobodyAndHardlyDelaysTheStop() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                AdapterProcess adapter = serve(
                        List.of(
                                endpoint("http://127.0.0.1:" + silent.getLocalPort()),
                                "OTEL_BSP_SCHEDULE_DELAY=20",
                                "OTEL_BSP_MAX_QUEUE_SIZE=32",
                                "OTEL_EXPORTER_OTLP_TIMEOUT=3600000",
                                "OTEL_BSP_EXPORT_TIMEOUT=3600000"),
                        "--batch=instances")) {
            answersMany(adapter);
            ends(adapter);
            assertThat(adapter.output()).containsPattern("\\d+ of \\d+ spans did not get to ");
        }
    }

    private static void answersMany(AdapterProcess adapter) throws InterruptedException {
        Callers callers = new Callers(adapter);
        Callers.together(
                16,
                400,
                n -> assertThat(callers.post("{\"instances\":[[1]]}").statusCode())
                        .isEqualTo(200));
    }

    private static int said(AdapterProcess adapter, String text) {
        return adapter.output().split(Pattern.quote(text), -1).length - 1;
    }

    @Test
    void aWrongVariableIsAWarningAndCallsAreAnswered() {
        try (AdapterProcess adapter =
                serve(List.of(endpoint("http://127.0.0.1:4317"), "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"))) {
            assertThat(predicts(adapter)).endsWith(" 200");
            adapter.logs("WARN  the variable OTEL_EXPORTER_OTLP_PROTOCOL is \"grpc\"; expected http/protobuf;"
                    + " no traces are exported");
        }
    }

    @Test
    void aCertificateThatIsNoneIsAWarningAndCallsAreAnswered() throws IOException {
        Path file = Files.writeString(folder.resolve("ca.pem"), "nonsense");
        try (AdapterProcess adapter =
                serve(List.of(endpoint("https://127.0.0.1:4318"), "OTEL_EXPORTER_OTLP_CERTIFICATE=" + file))) {
            assertThat(predicts(adapter)).endsWith(" 200");
            adapter.logs("WARN  no traces are exported: ", "(OTEL_EXPORTER_OTLP_CERTIFICATE, ");
            assertThat(adapter.output()).doesNotContain("Exception");
        }
    }

    /** All that costs memory, and time at the start: OpenTelemetry, and the HTTP client of its exporter. */
    @Test
    void noClassOfItIsLoadedUnlessItIsAskedFor() {
        assertThat(loaded("OTEL_SERVICE_NAME=eta")).isEmpty();
        assertThat(loaded(endpoint("http://127.0.0.1:4318"), "OTEL_TRACES_EXPORTER=none"))
                .isEmpty();
        assertThat(loaded(endpoint("http://127.0.0.1:4318"))).contains("io.opentelemetry.sdk");
    }

    private Set<String> loaded(String... variables) {
        Path classes = folder.resolve("classes.log");
        List<String> all = new ArrayList<>(List.of(variables));
        all.add("ADAPTER_JAVA_OPTS=-Xlog:class+load:file=" + classes + " " + QuickStart.options());
        try (AdapterProcess adapter = serve(all)) {
            assertThat(predicts(adapter)).endsWith(" 200");
            assertThat(predictsByGrpc(adapter, SAMPLED)).contains("grpc-status: 0");
            ends(adapter);
            String log = Files.readString(classes, StandardCharsets.ISO_8859_1);
            assertThat(log).contains("io.merlinadapter.cli.run.Adapter");
            return Pattern.compile(
                            "\\b(io\\.opentelemetry\\.\\w+|io\\.merlinadapter\\.trace\\.otlp|java\\.net\\.http)\\b")
                    .matcher(log)
                    .results()
                    .map(found -> found.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("all")
    void aRealCollectorTakesThemAll() throws Exception {
        assumeThat(GoProgram.minorVersion()).as("of Go, 1.x").isGreaterThanOrEqualTo(26);
        GoProgram.COLLECTOR.build();
        int port = AdapterProcess.freePort();
        Process collector = GoProgram.COLLECTOR.launch("--config=yaml:"
                + "{receivers: {otlp: {protocols: {http: {endpoint: \"127.0.0.1:" + port + "\"}}}},"
                + " exporters: {debug: {verbosity: detailed}},"
                + " service: {telemetry: {metrics: {level: none}},"
                + " pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}}");
        try (BufferedReader lines = collector.inputReader()) {
            readTo(lines, "Everything is ready");
            try (AdapterProcess adapter =
                    serve(List.of(endpoint("http://127.0.0.1:" + port), "OTEL_BSP_SCHEDULE_DELAY=20"))) {
                assertThat(predicts(adapter, "-H", "traceparent: " + SAMPLED)).endsWith(" 200");
                assertThat(predictsByGrpc(adapter, SAMPLED)).contains("grpc-status: 0");
                List<String> taken = new ArrayList<>();
                while (Collections.frequency(taken, "    Kind           : Server") < 2
                        || Collections.frequency(taken, "    Kind           : Internal") < 4) {
                    taken.add(lines.readLine());
                }
                assertThat(taken)
                        .contains("    Name           : " + BY_NAME, "    Name           : " + GRPC)
                        .contains("    Name           : queue", "    Name           : program")
                        .contains("    Trace ID       : " + TRACE, "    Parent ID      : " + CALLER)
                        .contains("     -> service.name: Str(eta)");
                ends(adapter);
                assertThat(adapter.output()).doesNotContain("exporting traces", "did not get to");
            }
        } finally {
            collector.destroyForcibly();
        }
    }

    private static void readTo(BufferedReader lines, String text) throws IOException {
        String line = lines.readLine();
        while (line != null && !line.contains(text)) {
            line = lines.readLine();
        }
        assertThat(line).contains(text);
    }
}
