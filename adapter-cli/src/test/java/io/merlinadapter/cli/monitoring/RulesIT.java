package io.merlinadapter.cli.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.SideBySide;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prometheus' own tool takes the rules, their tests and the scrape configuration. */
@SideBySide
class RulesIT {
    private static final Pattern SCRAPE = Pattern.compile("```yaml\\n(scrape_configs:(?s:.*?))```");

    @Test
    void theRulesAreValid() throws Exception {
        promtool(List.of("check", "rules", "--lint=all", "--lint-fatal"), Rules.FILES);
    }

    @Test
    void theRulesDoAsTheirTestsSay() throws Exception {
        promtool(List.of("test", "rules"), Rules.tests());
    }

    /** Each with the one event that it is for: a test of rules can ask any expression. */
    @Test
    void theAnnotationsOfTheDashboardMarkWhatTheySayOnceItHasHappened(@TempDir Path folder) throws Exception {
        String pod = "namespace=\"n\",model_name=\"eta\",model_version=\"%s\",instance=\"%s\"";
        String old = pod.formatted("1", "a");
        Map<String, String> series = new LinkedHashMap<>();
        // Each a minute after the other; the second pod is of the second version.
        series.put("adapter_worker_deaths_total{reason=\"exit\"," + old + "}", "0 0 1 1 1 1");
        series.put("adapter_worker_deaths_total{reason=\"recycled\"," + old + "}", "0 1 2 3 4 5");
        series.put("process_start_time_seconds{" + old + "}", "10 10 10 190 190 190");
        series.put("adapter_workers{" + old + "}", "2 2 2 2 2 2");
        series.put("adapter_workers{" + pod.formatted("2", "b") + "}", "_ _ _ _ 2 2");
        Map<String, String> marks = Map.of(
                "Deaths of workers", "{instance=\"a\",reason=\"exit\"}",
                "Restarts of adapters", "{" + old + "}",
                "New versions", "{model_name=\"eta\",model_version=\"2\"}");
        Map<String, Integer> minutes = Map.of("Deaths of workers", 2, "Restarts of adapters", 3, "New versions", 4);
        StringBuilder test =
                new StringBuilder("evaluation_interval: 30s\ntests:\n  - interval: 1m\n    input_series:\n");
        series.forEach(
                (name, values) -> test.append("      - series: '%s'\n        values: '%s'\n".formatted(name, values)));
        test.append("    promql_expr_test:\n");
        List<Expression> annotations = Dashboard.read().annotations();
        assertThat(annotations).hasSize(marks.size());
        for (Expression annotation : annotations) {
            String name = annotation.where().substring(Dashboard.ANNOTATION.length());
            // Over two scrapes, as Grafana asks.
            String expression = annotation.text().replace("[1m]", "[90s]");
            for (int minute = 1; minute < 6; minute++) {
                test.append("      - expr: '%s'\n        eval_time: %dm\n".formatted(expression, minute));
                test.append("        exp_samples: ");
                test.append(
                        minute == minutes.get(name)
                                ? "[{labels: '%s', value: 1}]\n".formatted(marks.get(name))
                                : "[]\n");
            }
        }
        promtool(List.of("test", "rules"), List.of(Files.writeString(folder.resolve("annotations.yml"), test)));
    }

    /** With fixed targets, since Debian's Prometheus was built without those of Kubernetes. */
    @Test
    void theScrapeConfigurationOfThePageIsValid(@TempDir Path folder) throws Exception {
        Matcher block = SCRAPE.matcher(Files.readString(Rules.FOLDER.resolve("README.md")));
        assertThat(block.find()).isTrue();
        String kubernetes = "kubernetes_sd_configs:\n      - role: pod";
        assertThat(block.group(1)).contains(kubernetes);
        String fixed = block.group(1).replace(kubernetes, "static_configs:\n      - targets: [localhost]");
        Path file = Files.writeString(folder.resolve("prometheus.yml"), fixed);
        promtool(List.of("check", "config"), List.of(file));
    }

    /** A missing promtool is a failure: what nobody ran is not tested. */
    private static void promtool(List<String> verb, List<Path> files) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(verb);
        files.forEach(file -> command.add(file.toString()));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError("can't run promtool; scripts/install-tools brings it", e);
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.split("SUCCESS", -1)).as(output).hasSize(files.size() + 1);
    }
}
