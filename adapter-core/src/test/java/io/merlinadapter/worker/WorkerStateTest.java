package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkerStateTest {
    private static final Duration LONGEST = Duration.ofSeconds(5);

    private static BackOff backOff(double random) {
        return new BackOff(Duration.ofMillis(100), LONGEST, () -> random);
    }

    @Test
    void nothingComesBackFromTheDead() {
        for (WorkerState next : WorkerState.values()) {
            assertThat(WorkerState.DEAD.mayBecome(next)).isFalse();
        }
    }

    @Test
    void everyStateButDeadMayDie() {
        for (WorkerState state : WorkerState.values()) {
            assertThat(state.mayBecome(WorkerState.DEAD)).isEqualTo(state != WorkerState.DEAD);
        }
    }

    @Test
    void noStateLeadsBackToAnEarlierOne() {
        for (WorkerState state : WorkerState.values()) {
            for (WorkerState next : WorkerState.values()) {
                if (next.compareTo(state) <= 0) {
                    assertThat(state.mayBecome(next)).isFalse();
                }
            }
        }
    }

    @Test
    void backOffDoublesToItsBoundAndStartsAnew() {
        BackOff middle = backOff(0.5);
        assertThat(middle.next()).isEqualTo(Duration.ofMillis(100));
        assertThat(middle.next()).isEqualTo(Duration.ofMillis(200));
        for (int i = 0; i < 100; i++) {
            assertThat(middle.next()).isBetween(Duration.ofMillis(400), LONGEST);
        }
        assertThat(middle.next()).isEqualTo(LONGEST);
        middle.reset();
        assertThat(middle.next()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void backOffIsSpreadByAFifth() {
        assertThat(backOff(0.0).next()).isEqualTo(Duration.ofMillis(80));
        assertThat(backOff(1.0).next()).isEqualTo(Duration.ofMillis(120));
    }
}
