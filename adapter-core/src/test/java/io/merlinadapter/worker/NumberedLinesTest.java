package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NumberedLinesTest {
    private final NumberedLines lines = new NumberedLines(16);

    @Test
    void areOneAtATimeUntilTheProgramHasAnswered() {
        assertThat(lines.allowed(0)).isEqualTo(1);
    }

    @Test
    void areAsManyAsAreAnsweredInTwoMilliseconds() {
        answer(Duration.ofNanos(250_000), 100);
        assertThat(lines.allowed(0)).isEqualTo(8);
    }

    @Test
    void areNoMoreThanTheMostHoweverFastTheProgramIs() {
        answer(Duration.ZERO, 100);
        assertThat(lines.allowed(0)).isEqualTo(16);
    }

    @Test
    void areOneAtATimeForASlowProgram() {
        answer(Duration.ofMillis(5), 100);
        assertThat(lines.allowed(0)).isEqualTo(1);
    }

    @Test
    void areOneAtATimeWhileAFastProgramTakesLong() {
        answer(Duration.ofNanos(100_000), 100);
        assertThat(lines.allowed(NumberedLines.AHEAD.toNanos() + 1)).isEqualTo(1);
    }

    @Test
    void becomeMoreWhenTheProgramHasWarmedUp() {
        answer(Duration.ofMillis(500), 1);
        assertThat(lines.allowed(0)).isEqualTo(1);
        answer(Duration.ofNanos(100_000), 300);
        assertThat(lines.allowed(0)).isEqualTo(16);
    }

    @Test
    void areCountedByTheMeanWhereSeveralAnswersAreReadTogether() {
        for (int read = 0; read < 50; read++) {
            answer(Duration.ofMillis(1), 1);
            answer(Duration.ZERO, 4);
        }
        assertThat(lines.allowed(0)).isBetween(8, 12);
    }

    private void answer(Duration each, int times) {
        for (int i = 0; i < times; i++) {
            lines.answered(each.toNanos());
        }
    }
}
