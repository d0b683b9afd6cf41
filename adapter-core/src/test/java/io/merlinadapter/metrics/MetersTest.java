package io.merlinadapter.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetersTest {
    private static final Duration MILLI = Duration.ofMillis(1);

    @Test
    void boundsGrowByOneTwoFiveUpToTheLongestTime() {
        assertThat(Meters.bounds(MILLI, Duration.ofMillis(30)))
                .extracting(Duration::toMillis)
                .containsExactly(1L, 2L, 5L, 10L, 20L, 30L);
    }

    @ParameterizedTest
    @CsvSource({"PT0.001S", "PT0.0015S", "PT0.1S", "PT1S", "PT30S", "PT10M"})
    void theLongestTimeIsTheLastBoundAndNoneIsThereTwice(Duration longest) {
        Duration[] bounds = Meters.bounds(MILLI, longest);

        assertThat(bounds).endsWith(longest).doesNotHaveDuplicates();
        assertThat(Arrays.asList(bounds)).isSorted().hasSizeLessThan(20);
    }
}
