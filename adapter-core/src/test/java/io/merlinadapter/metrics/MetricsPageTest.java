package io.merlinadapter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.merlinadapter.metrics.PrometheusMetrics.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names, types and labels are what dashboards and alerts stand on: docs/metrics.md holds them, and this test holds it. */
class MetricsPageTest {
    private static final Path DOCUMENT = Path.of(System.getProperty("project.root"), "docs", "metrics.md");
    private static final String HEAD = "| metric | type | labels | what it is |\n|---|---|---|---|\n";
    private static final Pattern TABLE = Pattern.compile(Pattern.quote(HEAD) + "(\\|[^\n]*\n)*");
    private static final Pattern LABEL = Pattern.compile("[{,]([a-z_]+)=");
    /** On every series; and those of a histogram's own. */
    private static final Set<String> COMMON = Set.of("model_name", "model_version", "le");
    /** Micrometer adds to each histogram the largest value of the last minutes. */
    private static final String LARGEST = "_max";

    private final PrometheusMetrics metrics = new PrometheusMetrics(
            new PrometheusMetrics.Settings("eta", "3", 2, Duration.ofSeconds(30), Duration.ofMinutes(5), 1000));

    @BeforeEach
    void showEverything() {
        metrics.showOwnProcess();
        for (Level level : Level.values()) {
            metrics.gauge(level, () -> 1);
        }
        metrics.serves("HTTP_JSON", Set.of(200, 504));
        metrics.showPushes();
        metrics.batchesAreTaken();
    }

    private List<String> lines() {
        return metrics.render(null).text().lines().toList();
    }

    private String table() {
        Map<String, String> helps = new LinkedHashMap<>();
        StringBuilder table = new StringBuilder(HEAD);
        for (String line : lines()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# HELP ")) {
                helps.put(words[2], words[3]);
            } else if (line.startsWith("# TYPE adapter_")
                    && !words[2].endsWith("_seconds" + LARGEST)
                    && !words[2].endsWith("_size" + LARGEST)) {
                String labels = String.join(", ", labels(words[2]));
                table.append("| `%s` | %s | %s | %s |\n"
                        .formatted(words[2], words[3], labels, String.valueOf(helps.get(words[2]))));
            }
        }
        return table.toString();
    }

    private Set<String> labels(String family) {
        Set<String> labels = new TreeSet<>();
        for (String line : lines()) {
            if (line.startsWith(family + "{") || line.startsWith(family + "_bucket{")) {
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                    labels.add(label.group(1));
                }
            }
        }
        assertThat(labels).as("labels of %s", family).contains("model_name", "model_version");
        labels.removeAll(COMMON);
        return labels;
    }

    /** Started with {@code -Dupdate.docs=true} it writes the table first. */
    @Test
    void everyNameTypeLabelAndMeaningIsTheDocumentedOne() throws Exception {
        if (Boolean.getBoolean("update.docs")) {
            String page = Files.readString(DOCUMENT);
            Files.writeString(DOCUMENT, TABLE.matcher(page).replaceFirst(Matcher.quoteReplacement(table())));
        }
        Matcher documented = TABLE.matcher(Files.readString(DOCUMENT));

        assertThat(documented.find()).isTrue();
        assertThat(documented.group()).as("`make docs` writes the table anew").isEqualTo(table());
    }

    @Test
    void theUsualNamesOfAProcessAreThere() {
        assertThat(lines().stream().filter(line -> line.startsWith("# TYPE ")).map(line -> line.split(" ", 4)[2]))
                .contains(
                        "process_cpu_seconds_total",
                        "process_resident_memory_bytes",
                        "process_open_fds",
                        "process_max_fds",
                        "process_start_time_seconds",
                        "jvm_memory_used_bytes",
                        "jvm_threads_live_threads");
        assertThat(lines().stream().filter(line -> !line.startsWith("#")))
                .allSatisfy(line -> assertThat(line).contains("model_name=\"eta\"", "model_version=\"3\""));
    }

    @Test
    void everyHistogramHasTheRequestTimeoutAsItsLastBound() {
        List<String> bounds = new ArrayList<>();
        for (String line : lines()) {
            Matcher bound = Pattern.compile("^adapter_queue_wait_seconds_bucket\\{.*le=\"([^\"]+)\"")
                    .matcher(line);
            if (bound.find()) {
                bounds.add(bound.group(1));
            }
        }
        assertThat(bounds).startsWith("0.001", "0.002", "0.005").endsWith("20.0", "30.0", "+Inf");
    }

    @Test
    void noSeriesIsAddedByWhatHappensAgainAndAgain() {
        Set<String> before = series();
        for (int i = 0; i < 100; i++) {
            metrics.requestEnded("HTTP_JSON", 200, Outcome.SUCCESS, 1_000_000L * i);
            metrics.requestEnded("HTTP_JSON", 504, Outcome.TIMEOUT, 1);
            metrics.workerStartTried(i % 2);
            metrics.workerStarted(i % 2, i);
            metrics.workerDied(DeathReason.EXIT);
            metrics.workerIsUp(i % 2, i % 3 == 0);
            metrics.childComputed(i % 2, i);
            metrics.childrenHold(i % 2, i, i);
        }
        assertThat(series()).isEqualTo(before);
    }

    private Set<String> series() {
        Set<String> series = new TreeSet<>();
        for (String line : lines()) {
            if (line.startsWith("adapter_")) {
                series.add(line.substring(0, line.lastIndexOf(' ')));
            }
        }
        return series;
    }

    @Test
    void theSamePageIsThereInOpenMetrics() {
        MetricsPage.Page page = metrics.render("application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertThat(page.contentType()).startsWith("application/openmetrics-text; version=1.0.0");
        assertThat(page.text())
                .contains("# TYPE adapter_requests counter\n", "adapter_requests_total{code=\"200\"")
                .endsWith("# EOF\n");
        assertThat(metrics.render("text/plain").contentType()).startsWith("text/plain; version=0.0.4");
    }
}
