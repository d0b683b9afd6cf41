package io.merlinadapter.metrics.child;

import static io.merlinadapter.metrics.child.Reports.counter;
import static io.merlinadapter.metrics.child.Reports.gauge;
import static io.merlinadapter.metrics.child.Reports.histogram;
import static io.merlinadapter.metrics.child.Reports.said;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several children that report at once, with anything, while the page is read. */
@Timeout(120)
class ManyReportersTest {
    private static final int THREADS = 4;
    private static final int TIMES = 100_000;

    private final Reports reports = new Reports(1000);

    /** The number behind the sample of this name. */
    private static double value(List<String> series, String name) {
        return series.stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length())))
                .findFirst()
                .orElse(0);
    }

    @Test
    void nothingIsLostAndAHistogramIsAlwaysOfOneMoment() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
            ChildReports child = reports.child(worker);
            all.add(threads.submit(() -> {
                for (int i = 0; i < TIMES; i++) {
                    child.reported(said(
                            counter("hits", 1), histogram("score", i % 3, 1.0), counter("few", 1, "n", "" + i % 100)));
                }
            }));
        }
        threads.shutdown();
        double seen = 0;
        while (!threads.isTerminated()) {
            List<String> series = reports.series();
            double hits = value(series, "hits_total");
            assertThat(hits).isGreaterThanOrEqualTo(seen);
            seen = hits;
            assertThat(value(series, "score_count")).isEqualTo(value(series, "score_bucket{le=\"+Inf\"}"));
            // Of three observations the sum is three and one is above the bound: never further apart than a round of
            // each.
            double above = value(series, "score_count") - value(series, "score_bucket{le=\"1.0\"}");
            assertThat(value(series, "score_sum") - 3 * above).isBetween(-3.0 * THREADS, 3.0 * THREADS);
        }
        for (Future<?> one : all) {
            one.get();
        }
        List<String> series = reports.series();
        assertThat(value(series, "hits_total")).isEqualTo(THREADS * TIMES);
        assertThat(value(series, "score_count")).isEqualTo(THREADS * TIMES);
        assertThat(value(series, "few_total{n=\"7\"}")).isEqualTo(THREADS * TIMES / 100.0);
        assertThat(reports.complaints).isEmpty();
    }

    @Test
    void workersThatComeAndGoLeaveNothingBehind() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> all = new ArrayList<>();
        for (int worker = 0; worker < THREADS; worker++) {
            int number = worker % 2;
            all.add(threads.submit(() -> {
                for (int i = 0; i < 5_000; i++) {
                    ChildReports child = reports.child(number);
                    child.reported(
                            said(gauge("age", i), gauge(i % 2 == 0 ? "odd" : "odd_total", i), counter("hits", 1)));
                    child.ended();
                    child.reported(said(gauge("late", 1)));
                }
            }));
        }
        threads.shutdown();
        while (!threads.isTerminated()) {
            reports.series();
        }
        for (Future<?> one : all) {
            one.get();
        }
        assertThat(reports.series()).containsExactly("hits_total 20000.0");
        assertThat(reports.complaints).isEmpty();
    }

    /** Whatever is reported, no page is one that Prometheus refuses. */
    @Test
    void noSeriesIsEverThereTwice() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            Reports page = new Reports(60);
            for (int i = 0; i < 60; i++) {
                ChildReports child = page.child(random.nextInt(2));
                child.reported(said(sample(random), sample(random)));
                if (random.nextBoolean()) {
                    child.ended();
                }
            }
            for (String format : List.of("", Reports.OPEN)) {
                Set<String> keys = new HashSet<>();
                Set<String> families = new HashSet<>();
                List<String> lines = page.page(format);
                for (String line : lines) {
                    String key = line.substring(0, Math.max(line.lastIndexOf(' '), 0));
                    assertThat(line.startsWith("#") || keys.add(key))
                            .as("%s, seed %s, of %s", line, seed, lines)
                            .isTrue();
                    assertThat(!line.startsWith("# TYPE") || families.add(key))
                            .as("%s, seed %s, of %s", line, seed, lines)
                            .isTrue();
                }
            }
        }
    }

    private static ChildSample sample(Random random) {
        String[] suffixes = {"", "", "_total", "_sum", "_count", "_bucket", "_created", "_info", "_total_total"};
        String name = "a" + suffixes[random.nextInt(suffixes.length)] + suffixes[random.nextInt(suffixes.length)];
        String[] labels =
                random.nextBoolean() ? new String[0] : new String[] {"l" + random.nextInt(2), "" + random.nextInt(2)};
        ChildSample.Type[] types = ChildSample.Type.values();
        return Reports.sample(types[random.nextInt(types.length)], name, random.nextInt(5), labels);
    }
}
