package io.merlinadapter.metrics.child;

import io.merlinadapter.metrics.PrometheusMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/** The metrics page, and children that report to it. */
final class Reports {
    static final String OPEN = "application/openmetrics-text";

    final PrometheusMetrics metrics;
    /** What has been complained of, as "REASON name: why". */
    final List<String> complaints = Collections.synchronizedList(new ArrayList<>());

    Reports(int mostSeries) {
        metrics = new PrometheusMetrics(
                new PrometheusMetrics.Settings("m", "1", 1, Duration.ofSeconds(30), Duration.ofMinutes(5), mostSeries));
    }

    ChildReports child(int worker) {
        return metrics.childStarts(worker, (reason, metric, why) -> complaints.add(reason + " " + metric + ": " + why));
    }

    static ChildReport said(ChildSample... samples) {
        return new ChildReport(List.of(samples), List.of(), 0);
    }

    /** Labels are names and values in turn. */
    static ChildSample sample(ChildSample.Type type, String name, double value, String... labels) {
        TreeMap<String, String> pairs = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            pairs.put(labels[i], labels[i + 1]);
        }
        return new ChildSample(name, type, value, pairs, List.of(), null);
    }

    static ChildSample counter(String name, double value, String... labels) {
        return sample(ChildSample.Type.COUNTER, name, value, labels);
    }

    static ChildSample gauge(String name, double value, String... labels) {
        return sample(ChildSample.Type.GAUGE, name, value, labels);
    }

    static ChildSample histogram(String name, double value, Double... buckets) {
        return new ChildSample(name, ChildSample.Type.HISTOGRAM, value, new TreeMap<>(), List.of(buckets), null);
    }

    /** The page in one of its formats, without what is the adapter's own, and without the labels that all have. */
    List<String> page(String format) {
        return metrics.render(format)
                .text()
                .lines()
                .filter(line -> ChildNames.RESERVED.stream().noneMatch(line.replaceAll("^# [A-Z]+ ", "")::startsWith))
                .map(line -> line.replace("model_name=\"m\",model_version=\"1\"", "")
                        .replace("{,", "{")
                        .replace(",}", "}")
                        .replace(",,", ",")
                        .replace("{}", ""))
                .toList();
    }

    /** The samples of the page. */
    List<String> series() {
        return page("").stream().filter(line -> !line.startsWith("#")).toList();
    }

    double dropped(String reason) {
        return metrics.render(null)
                .text()
                .lines()
                .filter(line -> line.startsWith("adapter_child_metrics_dropped_total{")
                        && line.contains("reason=\"" + reason + "\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .reduce((one, other) -> {
                    throw new AssertionError("there are two lines");
                })
                .orElseThrow();
    }
}
