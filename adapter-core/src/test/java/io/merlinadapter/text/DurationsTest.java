package io.merlinadapter.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0 ms",
        "-5, -5 ms",
        "300, 300 ms",
        "999, 999 ms",
        "1000, 1 s",
        "1500, 1.5 s",
        "1234, 1.234 s",
        "59000, 59 s",
        "60000, 1 min",
        "90000, 90 s",
        "300000, 5 min",
        "3600000, 1 h",
        "5400000, 90 min",
        "-60000, -1 min"
    })
    void haveOneStyle(long millis, String shown) {
        assertThat(Durations.showMillis(millis)).isEqualTo(shown);
        assertThat(Durations.show(Duration.ofMillis(millis))).isEqualTo(shown);
    }

    @Test
    void dropFractionsOfAMillisecond() {
        assertThat(Durations.showNanos(999_999)).isEqualTo("0 ms");
        assertThat(Durations.showNanos(2_500_999_999L)).isEqualTo("2.5 s");
        assertThat(Durations.show(Duration.ofNanos(1_999_999))).isEqualTo("1 ms");
    }
}
