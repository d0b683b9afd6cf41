package io.merlinadapter.metrics.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import org.junit.jupiter.api.Test;

class ChildFamilyTest {
    private static final ChildFamily.Key KEY =
            new ChildFamily.Key(Reports.gauge("age", 1, "zone", "a").labels(), 3);

    private final ChildFamily family = new ChildFamily(Reports.gauge("age", 1));

    private double shown() {
        GaugeSnapshot snapshot = (GaugeSnapshot) family.snapshot();
        return snapshot.getDataPoints().get(0).getValue();
    }

    @Test
    void aSampleOfAnotherTypeDoesNotFit() {
        assertThatExceptionOfType(DropException.class)
                .isThrownBy(() -> family.check(Reports.counter("age", 1)))
                .satisfies(drop -> {
                    assertThat(drop.reason()).isEqualTo(ChildReports.Drop.TYPE);
                    assertThat(drop.why()).startsWith("it is a counter and was a gauge at first");
                });
    }

    @Test
    void theYoungerOfTwoProcessesIsShownAndTheOlderOneAgainAfterIt() {
        ChildFamily.Series.Level level = (ChildFamily.Series.Level) family.make(KEY, Labels.of("model_name", "m"));
        assertThat(level.set(1, 10)).isTrue();
        assertThat(level.set(2, 20)).isTrue();
        assertThat(level.set(1, 11)).isFalse();
        assertThat(shown()).isEqualTo(20);
        assertThat(level.forget(2)).isFalse();
        assertThat(shown()).isEqualTo(11);
        assertThat(level.forget(1)).isTrue();
        assertThat(family.snapshot().getDataPoints()).isEmpty();
        assertThat(family.remove(KEY)).isTrue();
    }

    @Test
    void aHistogramCostsASeriesForEachOfItsLines() {
        assertThat(family.cost()).isEqualTo(1);
        // Two buckets, infinity, count and sum.
        assertThat(new ChildFamily(Reports.histogram("score", 1, 0.5, 1.0)).cost())
                .isEqualTo(5);
    }

    @Test
    void labelsAreTheCommonOnesTheChildsAndTheWorker() {
        assertThat((Object) KEY.shown(Labels.of("model_name", "m")))
                .isEqualTo(Labels.of("model_name", "m", "worker", "3", "zone", "a"));
    }
}
