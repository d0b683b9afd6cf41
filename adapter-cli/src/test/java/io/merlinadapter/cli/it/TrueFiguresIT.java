package io.merlinadapter.cli.it;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.write;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.MemoryGroup;
import io.merlinadapter.cli.it.support.Pushgateway;
import io.merlinadapter.cli.it.support.Scraper;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Supervision;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a real Prometheus says of a known load is true, from whichever port or gateway it has it. */
@SideBySide
final class TrueFiguresIT {
    private static final long ROOM = 700;
    private static final int GOOD = 7;
    private static final int BAD = 3;
    private static final int LATE = 2;
    private static final int UPI_BAD = 4;
    private static final String COUNTED = write("{\"jsonrpc\":\"2.0\",\"method\":\"metrics\",\"params\":"
            + "{\"name\":\"served\",\"type\":\"counter\",\"value\":1,\"labels\":{\"zone\":\"a\"}}}\n");

    @TempDir
    Path folder;

    private AdapterProcess start(Optional<MemoryGroup> group, int gateway) {
        List<String> command = new ArrayList<>();
        group.ifPresent(limited -> command.addAll(limited.prefix()));
        command.add(AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
        command.addAll(List.of("--workers=3", "--format=jsonrpc", Supervision.WARMUP, "--"));
        command.addAll(Children.scripted("jsonrpc"));
        Map<String, String> pushing = Map.of(
                "PUSHGATEWAY_ENABLED", "true",
                "PUSHGATEWAY_URL", "127.0.0.1:" + gateway,
                "PUSHGATEWAY_PUSH_INTERVAL_SEC", "1");
        return AdapterProcess.start(folder, pushing, AdapterProcess.freePort(), command);
    }

    @Test
    void aKnownLoadIsToldExactlyOnBothPortsAndThroughTheGateway() throws Exception {
        int gatewayPort = AdapterProcess.freePort();
        Optional<MemoryGroup> group = MemoryGroup.create(ROOM << 20);
        try (Pushgateway gateway = new Pushgateway(folder, gatewayPort)) {
            try (AdapterProcess adapter = start(group, gatewayPort)) {
                adapter.awaitPort();
                adapter.awaitReady(3);
                load(adapter, group.isPresent());
                List<Integer> targets = List.of(adapter.port(), adapter.grpcPort(), gatewayPort);
                try (Scraper prometheus = new Scraper(folder, targets)) {
                    for (int target : targets) {
                        check(adapter, prometheus, "instance=\"127.0.0.1:" + target + '"', group.isPresent());
                    }
                    adapter.until(() -> prometheus.value("min_over_time(up[1m])") == 1, "up; " + prometheus);
                }
                assertThat(gateway.log()).doesNotContain("error");
            }
        } finally {
            if (group.isPresent()) {
                group.get().close();
            }
        }
    }

    private static void load(AdapterProcess adapter, boolean limited) throws IOException, InterruptedException {
        Callers callers = new Callers(adapter);
        for (int i = 0; i < GOOD; i++) {
            assertThat(callers.post(does(COUNTED, answer("a"))).statusCode()).isEqualTo(200);
            if (i == GOOD / 2) {
                assertThat(callers.post(does(COUNTED, "['exit',7]")).statusCode())
                        .isEqualTo(502);
                adapter.awaitReady(3);
            }
        }
        for (int i = 0; i < BAD; i++) {
            assertThat(callers.post(does("['error',[422,'no']]")).statusCode()).isEqualTo(422);
        }
        for (int i = 0; i < LATE; i++) {
            assertThat(callers.post(does("['sleep',1500]", answer("late")), Duration.ofMillis(500))
                            .statusCode())
                    .isEqualTo(504);
        }
        for (int i = 0; i < UPI_BAD; i++) {
            assertThat(postUpi(adapter, "{")).isEqualTo(400);
        }
        if (limited) {
            assertThat(callers.post(does("['hold_memory'," + 2 * ROOM + "]")).statusCode())
                    .isEqualTo(502);
            adapter.awaitReady(3);
        }
    }

    private static int postUpi(AdapterProcess adapter, String body) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + adapter.grpcPort() + "/v1/predict");
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private static void check(AdapterProcess adapter, Scraper prometheus, String source, boolean limited) {
        int lost = limited ? 2 : 1;
        Map<String, Integer> expected = new LinkedHashMap<>();
        expected.put("adapter_late_replies_total{%s}", LATE);
        expected.put("adapter_requests_total{%s,protocol=\"HTTP_JSON\",code=\"200\"}", GOOD);
        expected.put("adapter_requests_total{%s,protocol=\"HTTP_JSON\",code=\"422\"}", BAD);
        expected.put("adapter_requests_total{%s,protocol=\"HTTP_JSON\",code=\"504\"}", LATE);
        expected.put("adapter_requests_total{%s,protocol=\"HTTP_JSON\",code=\"502\"}", lost);
        expected.put("adapter_requests_total{%s,protocol=\"HTTP_JSON\",code=\"503\"}", 0);
        expected.put("adapter_requests_total{%s,protocol=\"UPI_V1\",code=\"400\"}", UPI_BAD);
        expected.put("sum(adapter_requests_total{%s})", GOOD + BAD + LATE + lost + UPI_BAD);
        expected.put(
                "sum(adapter_request_duration_seconds_count{%s,protocol=\"HTTP_JSON\",outcome=\"success\"})", GOOD);
        expected.put("adapter_request_duration_seconds_count{%s,protocol=\"HTTP_JSON\",outcome=\"timeout\"}", LATE);
        expected.put("sum(adapter_request_duration_seconds_bucket{%s,le=\"+Inf\",protocol=\"UPI_V1\"})", UPI_BAD);
        expected.put("adapter_failures_total{%s,kind=\"model_failed\"}", BAD);
        expected.put("adapter_failures_total{%s,kind=\"worker_lost\"}", lost);
        expected.put("adapter_failures_total{%s,kind=\"deadline\"}", LATE);
        expected.put("adapter_failures_total{%s,kind=\"invalid_request\"}", UPI_BAD);
        expected.put("adapter_worker_deaths_total{%s,reason=\"exit\"}", 1);
        expected.put("adapter_worker_deaths_total{%s,reason=\"oom\"}", lost - 1);
        expected.put("sum(adapter_worker_deaths_total{%s})", lost);
        expected.put("sum(adapter_worker_starts_total{%s})", 3 + lost);
        expected.put("adapter_worker_start_seconds_count{%s}", 3 + lost);
        expected.put("adapter_workers_ready{%s}", 3);
        expected.put("sum(adapter_worker_up{%s})", 3);
        expected.put("adapter_in_flight{%s}", 0);
        expected.put("served_total{%s,zone=\"a\"}", GOOD + 1);
        expected.forEach((expression, value) -> {
            String query = expression.formatted(source);
            adapter.until(
                    () -> prometheus.value(query) == value,
                    query + " = " + value + " but " + prometheus.value(query) + "; " + prometheus);
        });
    }
}
