package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.scripted.ManualEventLoop;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrderCheckTest {
    private static final Duration QUIET = Duration.ofMillis(100);
    private static final boolean IDLE = true;
    private static final boolean BUSY = false;

    private final ManualEventLoop loop = new ManualEventLoop();
    private int passed;
    private final OrderCheck check = new OrderCheck(QUIET, loop, () -> passed++);

    private void firstCheck() {
        check.answered(IDLE);
        loop.advance(QUIET);
    }

    @Test
    void nothingIsCheckedBeforeTheFirstAnswer() {
        assertThat(check.allows(IDLE)).isTrue();
        loop.advance(Duration.ofMinutes(1));
        assertThat(check.allows(BUSY)).isTrue();
    }

    @Test
    void afterItsFirstAnswerAWorkerIsLeftIdleForAMoment() {
        check.answered(IDLE);
        assertThat(check.allows(IDLE)).isFalse();
        loop.advance(QUIET.minusMillis(1));
        assertThat(check.allows(IDLE)).isFalse();
        loop.advance(Duration.ofMillis(1));
        assertThat(passed).isEqualTo(1);
        assertThat(check.allows(IDLE)).isTrue();
    }

    @Test
    void aBusyWorkerFinishesWhatItHasBeforeItIsChecked() {
        check.answered(BUSY);
        assertThat(check.allows(BUSY)).isFalse();
        loop.advance(Duration.ofSeconds(5));
        assertThat(passed).isZero();
        check.answered(IDLE);
        loop.advance(QUIET);
        assertThat(passed).isEqualTo(1);
    }

    @Test
    void aWorkerThatIsNeverIdleIsCheckedAgainAfterTheInterval() {
        firstCheck();
        loop.advance(OrderCheck.INTERVAL.minusMillis(1));
        assertThat(check.allows(BUSY)).isTrue();
        loop.advance(Duration.ofMillis(1));
        assertThat(check.allows(BUSY)).isFalse();
        check.answered(IDLE);
        loop.advance(QUIET);
        assertThat(passed).isEqualTo(2);
        assertThat(check.allows(BUSY)).isTrue();
    }

    @Test
    void aWorkerThatWasIdleOfItsOwnAccordHasPassed() {
        firstCheck();
        check.answered(IDLE);
        loop.advance(Duration.ofMinutes(1));
        assertThat(check.allows(IDLE)).isTrue();
        assertThat(passed).isEqualTo(1);
    }

    @Test
    void aWorkerThatWasIdleForTooShortATimeIsCheckedWhenDue() {
        firstCheck();
        loop.advance(OrderCheck.INTERVAL.minusMillis(50));
        check.answered(IDLE);
        loop.advance(Duration.ofMillis(50));
        assertThat(check.allows(IDLE)).isFalse();
        loop.advance(QUIET);
        assertThat(check.allows(IDLE)).isTrue();
        assertThat(passed).isEqualTo(2);
    }

    @Test
    void zeroTurnsTheCheckOff() {
        OrderCheck off = new OrderCheck(Duration.ZERO, loop, () -> passed++);
        off.answered(IDLE);
        assertThat(off.allows(IDLE)).isTrue();
        assertThat(off.isDue()).isFalse();
        loop.advance(Duration.ofMinutes(1));
        assertThat(passed).isZero();
    }

    @Test
    void aWorkerThatIsGoneIsNotCheckedAnyMore() {
        check.answered(IDLE);
        check.stop();
        loop.advance(Duration.ofMinutes(1));
        assertThat(passed).isZero();
    }
}
