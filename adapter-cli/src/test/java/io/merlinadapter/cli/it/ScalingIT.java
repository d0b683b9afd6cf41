package io.merlinadapter.cli.it;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Balancer;
import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Children;
import io.merlinadapter.cli.it.support.Gate;
import io.merlinadapter.cli.it.support.Pushgateway;
import io.merlinadapter.cli.it.support.Scraper;
import io.merlinadapter.cli.it.support.SideBySide;
import io.merlinadapter.cli.it.support.Tools;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two adapters as the pods of one model: nothing is lost when one of them goes, and what they count is what was asked. */
@SideBySide
class ScalingIT {
    private static final Path MANIFESTS = AdapterProcess.ROOT.resolve("examples/kubernetes/scaling");
    private static final Path PAGE = AdapterProcess.ROOT.resolve("docs/scaling.md");
    private static final int CALLERS = 4;
    private static final int SOME = 50;
    /** Long enough for the balancer to notice, however busy the machine is. */
    private static final String NOTICED = "8s";

    @TempDir
    private Path folder;

    @Test
    void drainingOneOfTwoUnderLoadLosesNothingAndBothTogetherCountWhatWasSent() throws Exception {
        int gateway = AdapterProcess.freePort();
        AtomicInteger sent = new AtomicInteger();
        AtomicBoolean enough = new AtomicBoolean();
        try (Pushgateway pushed = new Pushgateway(folder, gateway);
                AdapterProcess stays = pod("stays", gateway, "0");
                AdapterProcess goes = pod("goes", gateway, NOTICED)) {
            stays.awaitPort();
            goes.awaitPort();
            try (Balancer balancer = new Balancer(folder, List.of(stays, goes))) {
                Callers callers = new Callers(balancer.uri("/v1/models/model-1:predict"));
                stays.until(() -> balancer.isReady(), "balancer");
                CompletableFuture<Void> load = CompletableFuture.runAsync(() -> calling(enough, number -> {
                    sent.incrementAndGet();
                    HttpResponse<String> answered =
                            callers.post(does("['sleep',20]", answer(Integer.toString(number))));
                    assertThat(answered.statusCode()).as(answered.body()).isEqualTo(200);
                    assertThat(answered.body()).contains("\"" + number + "\"");
                }));
                stays.until(() -> load.isDone() || Math.min(counted(stays), counted(goes)) > SOME, "load on both");
                goes.terminate();
                assertThat(goes.exitCode()).isZero();
                double before = counted(stays);
                stays.until(() -> load.isDone() || counted(stays) > before + SOME, "load on the other");
                enough.set(true);
                load.get();
            } finally {
                enough.set(true);
            }
            stays.terminate();
            assertThat(stays.exitCode()).isZero();
            double byGoes = total(pushed.page(), "job=\"goes\"");
            double byStays = total(pushed.page(), "job=\"stays\"");
            assertThat(byGoes).isGreaterThan(SOME);
            assertThat(byStays).isGreaterThan(SOME);
            assertThat(byGoes + byStays).isEqualTo(sent.get());
        }
    }

    @Test
    void whatAutoscalersAskForIsTheNumberOfRequestsThatAreOpen() throws Exception {
        try (Gate gate = new Gate();
                AdapterProcess one = pod("one", 0, "0");
                AdapterProcess two = pod("two", 0, "0");
                Scraper prometheus = new Scraper(folder, targets(one, two))) {
            one.awaitPort();
            two.awaitPort();
            List<CompletableFuture<?>> open = new ArrayList<>();
            open.addAll(open(one, gate, 3));
            open.addAll(open(two, gate, 1));
            // Each has one in its program, so that the metric of both kinds is needed.
            String all = kedaQuery();
            one.until(() -> prometheus.value(all) == 4, "4 open requests in: " + all + "; " + prometheus);
            String each = customMetric();
            one.until(
                    () -> byPod(prometheus.query(each)).equals(Map.of("one", 3.0, "two", 1.0)), "each pod's: " + each);
            assertThat(byPod(prometheus.query(seriesQuery()))).containsOnlyKeys("one", "two");
            gate.open();
            open.forEach(CompletableFuture::join);
            one.until(() -> prometheus.value(all) == 0, "no open request");
        }
    }

    private AdapterProcess pod(String name, int gateway, String drainDelay) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "CARAML_MODEL_NAME", "surge-pricing",
                "CARAML_MODEL_FULL_NAME", "model-1",
                "ADAPTER_DRAIN_DELAY", drainDelay,
                "ADAPTER_GRACE_PERIOD", "60s"));
        if (gateway != 0) {
            environment.putAll(Map.of(
                    "PUSHGATEWAY_ENABLED",
                    "true",
                    "PUSHGATEWAY_URL",
                    "127.0.0.1:" + gateway,
                    // What was counted in the end is what is looked at.
                    "ADAPTER_PUSHGATEWAY_DELETE",
                    "false",
                    "ADAPTER_PUSHGATEWAY_JOB",
                    name));
        }
        return AdapterProcess.launch(folder, environment, List.of(), Children.scripted());
    }

    private static void calling(AtomicBoolean enough, Callers.Caller caller) {
        try {
            Callers.until(CALLERS, enough::get, caller);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<CompletableFuture<?>> open(AdapterProcess adapter, Gate gate, int requests) {
        Callers callers = new Callers(adapter);
        List<CompletableFuture<?>> open = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            open.add(CompletableFuture.runAsync(() -> assertThat(
                            callers.post(does(gate.step(), answer("done"))).statusCode())
                    .isEqualTo(200)));
        }
        return open;
    }

    private static double counted(AdapterProcess adapter) {
        return total(adapter.metrics(), "");
    }

    /** All answered predictions of the series that have this label. */
    private static double total(String page, String label) {
        Matcher series =
                Pattern.compile("(?m)^adapter_requests_total\\{(.*)} (\\S+)$").matcher(page);
        return series.results()
                .filter(found -> found.group(1).contains(label))
                .mapToDouble(found -> Double.parseDouble(found.group(2)))
                .sum();
    }

    /** Targets with the labels that the Prometheus operator gives them. */
    private Path targets(AdapterProcess one, AdapterProcess two) throws IOException {
        return Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: 1s, scrape_timeout: 1s}
                scrape_configs:
                  - job_name: merlin-adapter
                    static_configs:
                      - {targets: ['127.0.0.1:%d'], labels: {namespace: default, pod: one}}
                      - {targets: ['127.0.0.1:%d'], labels: {namespace: default, pod: two}}
                """.formatted(one.port(), two.port()));
    }

    private static String kedaQuery() {
        JsonObject trigger = Tools.yaml(MANIFESTS.resolve("keda.yaml"))
                .getJsonObject("spec")
                .getJsonArray("triggers")
                .getJsonObject(0);
        return overSeconds(trigger.getJsonObject("metadata").getString("query"));
    }

    /** What prometheus-adapter would ask for the pods of a Deployment by the rule of the page. */
    private String customMetric() throws IOException {
        JsonObject rule = ruleOfThePage();
        assertThat(rule.getJsonObject("name").getString("as"))
                .isEqualTo(Tools.yaml(MANIFESTS.resolve("hpa.yaml"))
                        .getJsonObject("spec")
                        .getJsonArray("metrics")
                        .getJsonObject(0)
                        .getJsonObject("pods")
                        .getJsonObject("metric")
                        .getString("name"));
        return overSeconds(rule.getString("metricsQuery"))
                .replace("<<.LabelMatchers>>", "namespace=\"default\",pod=~\"one|two\"")
                .replace("<<.GroupBy>>", "pod");
    }

    private String seriesQuery() throws IOException {
        return ruleOfThePage().getString("seriesQuery");
    }

    private JsonObject ruleOfThePage() throws IOException {
        Matcher block =
                Pattern.compile("```yaml\n(rules:.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).isTrue();
        return Tools.yaml(Files.writeString(folder.resolve("rules.yml"), block.group(1)))
                .getJsonObject("rules")
                .getJsonArray("custom")
                .getJsonObject(0);
    }

    /** The same over a shorter time than an autoscaler should look at, so that a test need not wait as long. */
    private static String overSeconds(String query) {
        assertThat(query).contains("[1m]");
        return query.replace("[1m]", "[3s]");
    }

    private static Map<String, Double> byPod(JsonObject answer) {
        Map<String, Double> values = new HashMap<>();
        answer.getJsonObject("data", new JsonObject())
                .getJsonArray("result", new JsonArray())
                .forEach(each -> {
                    JsonObject series = (JsonObject) each;
                    values.put(
                            series.getJsonObject("metric").getString("pod"),
                            Double.valueOf(series.getJsonArray("value").getString(1)));
                });
        return values;
    }
}
