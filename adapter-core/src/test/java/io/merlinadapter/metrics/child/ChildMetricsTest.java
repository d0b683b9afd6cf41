package io.merlinadapter.metrics.child;

import static io.merlinadapter.metrics.child.Reports.counter;
import static io.merlinadapter.metrics.child.Reports.gauge;
import static io.merlinadapter.metrics.child.Reports.histogram;
import static io.merlinadapter.metrics.child.Reports.said;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.PrometheusMetrics;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What children count themselves, as the page shows it. */
class ChildMetricsTest {
    private final Reports reports = new Reports(1000);
    private final ChildReports child = reports.child(0);

    private static ChildSample typed(String type, String name) {
        return Reports.sample(ChildSample.Type.valueOf(type.toUpperCase(Locale.ROOT)), name, 1);
    }

    @Test
    void everyTypeIsShownInBothFormatsUnderItsOwnName() {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("zone", "a\"\\\n\u00e9");
        child.reported(said(
                new ChildSample("hits", ChildSample.Type.COUNTER, 2, labels, List.of(), "how\noften \\"),
                gauge("age_seconds", 1.5),
                histogram("score", 0.3, 0.1, 1.0),
                histogram("score", 1.0),
                histogram("score", 7)));
        assertThat(reports.page(""))
                .containsExactly(
                        "# HELP age_seconds Reported by the program",
                        "# TYPE age_seconds gauge",
                        "age_seconds{worker=\"0\"} 1.5",
                        "# HELP hits_total how\\noften \\\\",
                        "# TYPE hits_total counter",
                        "hits_total{zone=\"a\\\"\\\\\\n\u00e9\"} 2.0",
                        "# HELP score Reported by the program",
                        "# TYPE score histogram",
                        "score_bucket{le=\"0.1\"} 0",
                        "score_bucket{le=\"1.0\"} 2",
                        "score_bucket{le=\"+Inf\"} 3",
                        "score_count 3",
                        "score_sum 8.3");
        assertThat(reports.page(Reports.OPEN))
                .containsSubsequence(
                        "# TYPE age_seconds gauge",
                        "age_seconds{worker=\"0\"} 1.5",
                        "# TYPE hits counter",
                        "# HELP hits how\\noften \\\\",
                        "hits_total{zone=\"a\\\"\\\\\\n\u00e9\"} 2.0",
                        "# TYPE score histogram",
                        "score_bucket{le=\"0.1\"} 0",
                        "score_bucket{le=\"+Inf\"} 3",
                        "score_count 3",
                        "score_sum 8.3",
                        "# EOF");
    }

    @Test
    void everySeriesHasTheModelsNameAndVersion() {
        child.reported(said(counter("hits", 1), gauge("age", 1), histogram("score", 1)));
        assertThat(reports.metrics.render(null).text().lines())
                .filteredOn(line -> line.matches("(hits|age|score).*"))
                .hasSize(16)
                .allSatisfy(line -> assertThat(line).contains("model_name=\"m\"", "model_version=\"1\""));
    }

    @Test
    void aCounterThatHasTheSuffixDoesNotGetItTwice() {
        child.reported(said(counter("hits_total", 1), counter("odd_total_total", 2)));
        assertThat(reports.series()).containsExactly("hits_total 1.0", "odd_total_total 2.0");
        assertThat(reports.page(Reports.OPEN))
                .contains("# TYPE hits counter", "hits_total 1.0", "# TYPE odd_total counter", "odd_total_total 2.0");
    }

    @Test
    void labelsMayDifferWithinOneName() {
        child.reported(said(counter("hits", 1), counter("hits", 2, "a", "1"), counter("hits", 4, "b", "1", "a", "1")));
        child.reported(said(counter("hits", 8, "a", "1", "b", "1")));
        assertThat(reports.series())
                .containsExactlyInAnyOrder(
                        "hits_total 1.0", "hits_total{a=\"1\"} 2.0", "hits_total{a=\"1\",b=\"1\"} 12.0");
        assertThat(reports.complaints).isEmpty();
    }

    @Test
    void withoutBucketsAHistogramHasTheUsualOnes() {
        child.reported(said(histogram("score", 0.005), histogram("score", 0.0051), histogram("score", -1)));
        assertThat(reports.series())
                .hasSize(14)
                .contains(
                        "score_bucket{le=\"0.005\"} 2",
                        "score_bucket{le=\"0.01\"} 3",
                        "score_bucket{le=\"10.0\"} 3",
                        "score_bucket{le=\"+Inf\"} 3");
    }

    @Test
    void theFirstHelpThatIsGivenIsShown() {
        child.reported(said(counter("hits", 1)));
        for (String help : List.of("first", "second")) {
            child.reported(
                    said(new ChildSample("hits", ChildSample.Type.COUNTER, 1, new TreeMap<>(), List.of(), help)));
        }
        assertThat(reports.page(""))
                .containsExactly("# HELP hits_total first", "# TYPE hits_total counter", "hits_total 3.0");
    }

    @Test
    void anotherTypeOrOtherBucketsAreDroppedAndCounted() {
        child.reported(said(counter("hits", 1), histogram("score", 1, 1.0, 2.0), histogram("usual", 1)));
        List<String> before = reports.series();
        child.reported(said(
                gauge("hits", 5),
                histogram("hits", 5),
                histogram("score", 5, 1.0),
                histogram("score", 5, 1.0, 2.5),
                histogram("usual", 5, 1.0)));
        assertThat(reports.series()).isEqualTo(before);
        assertThat(reports.dropped("type")).isEqualTo(5);
        assertThat(reports.complaints)
                .hasSize(5)
                .first()
                .asString()
                .isEqualTo("TYPE hits: it is a gauge and was a counter at first; a name is for one type");
        child.reported(said(
                histogram("score", 1),
                histogram("score", 1, 1.0, 2.0),
                histogram("usual", 1, .005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10.)));
        assertThat(reports.series()).contains("score_count 3", "usual_count 2");
        assertThat(reports.complaints).hasSize(5);
    }

    @ParameterizedTest
    @CsvSource({
        "counter, hits, counter, hits_total",
        "counter, hits_total, counter, hits",
        "counter, hits, gauge, hits_total",
        "gauge, hits_total, counter, hits",
        "counter, hits_total, gauge, hits",
        "counter, hits_total, histogram, hits",
        "counter, hits, gauge, hits_created",
        "histogram, score, gauge, score_sum",
        "histogram, score, counter, score_count",
        "histogram, score, gauge, score_count",
        "histogram, score, counter, score_bucket_total",
        "histogram, score, histogram, score_bucket",
        "gauge, score_bucket, histogram, score",
        "gauge, score_created, histogram, score",
    })
    void aNameThatWouldBeThereTwiceIsDroppedAndCounted(String type, String name, String otherType, String otherName) {
        child.reported(said(typed(type, name)));
        List<String> before = reports.series();
        child.reported(said(typed(otherType, otherName)));
        assertThat(reports.series()).isEqualTo(before);
        assertThat(reports.dropped("clash")).isEqualTo(1);
        assertThat(reports.complaints).hasSize(1).first().asString().contains("CLASH " + otherName, '"' + name + '"');
    }

    @ParameterizedTest
    @ValueSource(strings = {"adapter_requests", "adapter", "jvm_memory_used_bytes", "process_x", "system_cpu_count"})
    void theAdaptersOwnNamesAreNotForChildren(String name) {
        for (String type : List.of("counter", "gauge", "histogram")) {
            child.reported(said(typed(type, name)));
        }
        assertThat(reports.dropped("clash")).isEqualTo(3);
        assertThat(reports.series()).isEmpty();
    }

    @Test
    void everythingThatIsNotAChildsHasANameThatChildrenCanNotHave() {
        reports.metrics.requestEnded("HTTP_JSON", 200, AdapterMetrics.Outcome.SUCCESS, 1);
        reports.metrics.workerStartTried(0);
        for (PrometheusMetrics.Level level : PrometheusMetrics.Level.values()) {
            reports.metrics.gauge(level, () -> 1);
        }
        assertThat(reports.page("")).isEmpty();
        assertThat(reports.page(Reports.OPEN)).containsExactly("# EOF");
    }

    @Test
    void whatIsDroppedIsCountedFromTheStart() {
        for (ChildReports.Drop reason : ChildReports.Drop.values()) {
            assertThat(reports.dropped(reason.name().toLowerCase(Locale.ROOT))).isZero();
        }
        var fault = new ChildReport.Fault("bad", "it is bad");
        child.reported(new ChildReport(List.of(counter("good", 1)), List.of(fault), 7));
        assertThat(reports.dropped("invalid")).isEqualTo(7);
        assertThat(reports.complaints).containsExactly("INVALID bad: it is bad");
        assertThat(reports.series()).containsExactly("good_total 1.0");
    }

    @Test
    void aSumNeverBecomesInfinite() {
        child.reported(said(counter("hits", 1e308), histogram("score", 1e308, 1.0), histogram("low", -1e308, 1.0)));
        List<String> before = reports.series();
        child.reported(said(counter("hits", 1e308), histogram("score", 1e308), histogram("low", -1e308)));
        assertThat(reports.series()).isEqualTo(before);
        assertThat(reports.dropped("invalid")).isEqualTo(3);
    }

    @Test
    void aCounterThatHasNotCountedYetIsThereWithZero() {
        child.reported(said(counter("hits", 0)));
        assertThat(reports.series()).containsExactly("hits_total 0.0");
    }

    @Test
    void noMoreSeriesAreKeptThanThereMayBe() {
        Reports few = new Reports(20);
        ChildReports flooding = few.child(0);
        flooding.reported(said(histogram("score", 1)));
        for (int i = 0; i < 100_000; i++) {
            flooding.reported(said(counter("hits", 1, "id", Integer.toString(i)), gauge("g" + i, 1)));
        }
        assertThat(few.series()).hasSize(20);
        assertThat(few.dropped("series")).isEqualTo(200_000 - 6);
        assertThat(few.complaints.get(0)).contains("SERIES", "--child-series=20");
        flooding.reported(said(histogram("score", 1), counter("hits", 1, "id", "0")));
        assertThat(few.series()).contains("score_count 2", "hits_total{id=\"0\"} 2.0");
        assertThat(few.dropped("series")).isEqualTo(200_000 - 6);
    }

    @Test
    void aHistogramThatDoesNotFitWholeIsNotBegun() {
        Reports few = new Reports(13);
        few.child(0).reported(said(histogram("score", 1), histogram("small", 1, 1.0)));
        assertThat(few.series()).hasSize(4).allSatisfy(line -> assertThat(line).startsWith("small_"));
        assertThat(few.dropped("series")).isEqualTo(1);
    }
}
