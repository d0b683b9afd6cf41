package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitEstimateTest {
    private final WaitEstimate estimate = new WaitEstimate();

    @Test
    void nothingIsGuessedFromTooLittle() {
        for (int i = 1; i < WaitEstimate.LEAST; i++) {
            estimate.answeredIn(1_000_000);
        }
        assertThat(estimate.nanos(1000, 1)).isZero();
    }

    @Test
    void theWaitGrowsWithTheQueueAndShrinksWithTheWorkers() {
        for (int i = 0; i < 100; i++) {
            estimate.answeredIn(1_000_000);
        }
        assertThat(estimate.nanos(0, 2)).isZero();
        assertThat(estimate.nanos(10, 1)).isBetween(9_900_000L, 10_100_000L);
        assertThat(estimate.nanos(10, 2)).isBetween(4_900_000L, 5_100_000L);
        assertThat(estimate.nanos(10, 0)).isZero();
    }

    @Test
    void itFollowsAModelThatBecomesSlow() {
        for (int i = 0; i < 100; i++) {
            estimate.answeredIn(1_000_000);
        }
        for (int i = 0; i < 100; i++) {
            estimate.answeredIn(10_000_000);
        }
        assertThat(estimate.nanos(1, 1)).isGreaterThan(9_000_000);
    }
}
