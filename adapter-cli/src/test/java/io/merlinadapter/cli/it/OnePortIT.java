package io.merlinadapter.cli.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.CrossedLoad;
import io.merlinadapter.cli.it.support.PythonClients;
import io.merlinadapter.cli.it.support.Scraper;
import io.merlinadapter.cli.it.support.StdioJsonRpc;
import io.merlinadapter.cli.it.support.Supervised;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** All protocols on the port of UPI_V1, both fronts on the same two workers, all at once. */
@Isolated
@Timeout(600)
final class OnePortIT implements StdioJsonRpc {
    private static final Pattern CALLS = Pattern.compile("calls=(\\d+)");
    private static final String ROW = "{\"predictionTable\":{\"rows\":[{\"rowId\":\"r\"}]}}";

    /** The first life of worker 1 has one prediction too many for every request. */
    private static final String ONE_TOO_MANY = """
            import json, os, sys
            bad = os.environ["ADAPTER_WORKER"] == "1" and not os.path.exists(sys.argv[1])
            if bad:
                open(sys.argv[1], "w").close()
            for line in sys.stdin:
                print(json.dumps({"predictions": [1] * (len(json.loads(line).get("instances", [])) + bad)}))
            """;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        PythonClients.prepare();
    }

    @Override
    public String javaOptions() {
        return "";
    }

    private Supervised twoWorkers() {
        Supervised adapter = launchProgram(List.of(), List.of("--workers=2"), "upi", List.of());
        adapter.awaitPort();
        adapter.process().awaitReady(2);
        return adapter;
    }

    @Test
    void bothFrontsAnswerEverybodyTheirOwnWhileTheMetricsAreScraped() throws Exception {
        try (Supervised adapter = twoWorkers();
                Scraper prometheus =
                        new Scraper(folder, List.of(adapter.process().grpcPort()));
                CrossedLoad http = new CrossedLoad(adapter.process().port(), this, 1)) {
            adapter.until(() -> prometheus.value("up") == 1, "first scrape; " + prometheus);
            PythonClients.Running grpc = PythonClients.start(adapter.process(), List.of("load.py", "10", "24", "10"));
            CompletableFuture<Void> httpJson = CompletableFuture.runAsync(() -> run(http));
            int curls = 0;
            for (; grpc.isAlive(); curls++) {
                answersEveryProtocol(adapter.process().grpcPort());
            }
            httpJson.get(60, TimeUnit.SECONDS);
            Matcher calls = CALLS.matcher(grpc.output());
            assertThat(calls.find()).isTrue();
            assertThat(curls).isPositive();
            adapter.until(() -> prometheus.value("count_over_time(up[1m])") >= 10, "10 scrapes");
            assertThat(prometheus.value("min_over_time(up[1m])"))
                    .as("slowest: %s s; %s", prometheus.value("max_over_time(scrape_duration_seconds[1m])"), prometheus)
                    .isEqualTo(1);
            assertThat(adapter.count("adapter_requests_total", "protocol=\"UPI_V1\"", "code=\"0\""))
                    .isEqualTo(Long.parseLong(calls.group(1)));
            http.tally().checkAgainst(adapter);
            adapter.until(() -> adapter.count("adapter_in_flight") == 0, "child that owes nothing");
            adapter.wasReadyThroughout();
        }
    }

    private static void run(CrossedLoad load) {
        try {
            load.run(5_000);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void answersEveryProtocol(int port) throws Exception {
        String address = "http://127.0.0.1:" + port;
        for (String version : List.of("--http1.1", "--http2", "--http2-prior-knowledge")) {
            assertThat(curl(version, address + "/")).isEqualTo("{\"status\":\"alive\"}");
            assertThat(curl(version, address + "/v1/models/model-1")).contains("\"ready\":true");
            if (!version.equals("--http2")) {
                // Debian's curl gives up where more than 32 KiB come right behind the answer to its upgrade.
                assertThat(curl(version, address + "/metrics")).contains("adapter_in_flight");
            }
            for (String path : List.of("/v1/predict", "/v1/models/model-1:predict")) {
                assertThat(curl(version, "-H", "Content-Type:", "-d", ROW, address + path))
                        .contains("\"predictionResultTable\"", "\"rowId\":\"r\"");
            }
        }
    }

    private static String curl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-f", "-m", "20"));
        command.addAll(List.of(arguments));
        return run(command);
    }

    @Test
    void aWorkerWhoseRepliesMakeNoResponseIsReplaced() throws Exception {
        List<String> command = List.of(
                AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString(),
                "--workers=2",
                "--bad-streak=5",
                "--warmup={}",
                "--upi-payload=instances",
                "--",
                "python3",
                "-u",
                "-c",
                ONE_TOO_MANY,
                folder.resolve("was-bad").toString());
        try (Supervised adapter = new Supervised(command, "")) {
            adapter.awaitPort();
            adapter.process().awaitReady(2);
            List<String> told = new ArrayList<>();
            while (adapter.deaths("failing") == 0) {
                told.add(statusOf(adapter));
                assertThat(told).hasSizeLessThan(1000);
            }
            assertThat(told).containsOnly("200", "502");
            assertThat(Collections.frequency(told, "502")).isGreaterThanOrEqualTo(5);
            for (int i = 0; i < 10; i++) {
                assertThat(statusOf(adapter)).isEqualTo("200");
            }
            adapter.diedOf("failing", 1);
        }
    }

    private static String statusOf(Supervised adapter) throws IOException, InterruptedException {
        String address = "http://127.0.0.1:" + adapter.process().grpcPort() + "/v1/predict";
        return run(List.of("curl", "-sS", "-m", "20", "-o", "/dev/null", "-w", "%{http_code}", "-d", ROW, address));
    }

    @Test
    void aLoadOverHttp2IsAnsweredInFull() throws Exception {
        try (Supervised adapter = twoWorkers()) {
            String address = "http://127.0.0.1:" + adapter.process().grpcPort();
            Path body = Files.writeString(folder.resolve("body.json"), ROW);
            for (String path : List.of("/", "/v1/predict")) {
                List<String> load = path.equals("/")
                        ? List.of("h2load", "-n", "20000", "-c", "20", "-m", "20", address + path)
                        : List.of(
                                "h2load", "-n", "5000", "-c", "10", "-m", "10", "-d", body.toString(), address + path);
                assertThat(run(load))
                        .containsPattern("requests: (\\d+) total, \\1 started, \\1 done, \\1 succeeded, 0 failed");
            }
        }
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
        assertThat(process.exitValue()).as("%s: %s", command, output).isZero();
        return output;
    }
}
