package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.scripted.ManualEventLoop;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OrderCheckTest {
    private static final Duration LONGEST = Duration.ofMillis(100);
    private static final Duration BOUND = Duration.ofSeconds(15);
    private static final Duration USUAL = Duration.ofMillis(10);
    /** Twice the usual time, and next to nothing for deviations once there have been none for long. */
    private static final Duration REST = Duration.ofMillis(20).plusNanos(100);

    private static final Duration INTERVAL = Duration.ofMillis(20).multipliedBy(OrderCheck.SHARE);
    private static final boolean IDLE = true;
    private static final boolean BUSY = false;
    private static final long NAMES = 0b01;
    private static final long OTHER_NAMES = 0b10;

    private final ManualEventLoop loop = new ManualEventLoop();
    private final Habits habits = new Habits();
    private int passed;
    private boolean working;
    private long outputs;
    private final OrderCheck.Owner owner = new OrderCheck.Owner() {
        @Override
        public boolean mustGoOn() {
            return working;
        }

        @Override
        public void passed() {
            passed++;
        }
    };
    private final OrderCheck check = checkOf(LONGEST);

    private OrderCheck checkOf(Duration longest) {
        return new OrderCheck(longest, BOUND, loop, habits, owner);
    }

    private void answered(boolean idle) {
        check.answered(idle, USUAL.toNanos(), NAMES, outputs);
    }

    private void firstCheck() {
        for (int i = 0; i < 100; i++) {
            answered(BUSY);
        }
        answered(IDLE);
        loop.advance(LONGEST);
    }

    @Test
    void nothingIsCheckedBeforeTheFirstAnswer() {
        assertThat(check.allows(IDLE)).isTrue();
        loop.advance(Duration.ofMinutes(1));
        assertThat(check.allows(BUSY)).isTrue();
    }

    @Test
    void afterItsFirstAnswerAWorkerIsLeftIdleForLong() {
        answered(IDLE);
        assertThat(check.allows(IDLE)).isFalse();
        loop.advance(LONGEST.minusMillis(1));
        assertThat(check.allows(IDLE)).isFalse();
        loop.advance(Duration.ofMillis(1));
        assertThat(passed).isEqualTo(1);
        assertThat(check.allows(IDLE)).isTrue();
    }

    @Test
    void aBusyWorkerFinishesWhatItHasBeforeItIsChecked() {
        answered(BUSY);
        assertThat(check.allows(BUSY)).isFalse();
        loop.advance(Duration.ofSeconds(5));
        assertThat(passed).isZero();
        answered(IDLE);
        loop.advance(LONGEST);
        assertThat(passed).isEqualTo(1);
    }

    @Test
    void aWorkerThatIsNeverIdleRestsForAFewTimesItsUsualTimeAndEveryHundredTimesThat() {
        firstCheck();
        loop.advance(INTERVAL.minusMillis(1));
        assertThat(check.allows(BUSY)).isTrue();
        loop.advance(Duration.ofMillis(2));
        assertThat(check.allows(BUSY)).isFalse();
        answered(IDLE);
        loop.advance(REST);
        assertThat(passed).isEqualTo(2);
        assertThat(check.allows(BUSY)).isTrue();
    }

    @Test
    void aQuickProgramIsCheckedSeveralTimesASecondAndASlowOneAsBefore() {
        OrderCheck quick = checkOf(LONGEST);
        quick.answered(IDLE, 100_000, NAMES, 0);
        loop.advance(LONGEST);
        loop.advance(Duration.ofMillis(200));
        assertThat(quick.isDue()).isTrue();
        OrderCheck slow = checkOf(LONGEST);
        slow.answered(IDLE, Duration.ofSeconds(5).toNanos(), NAMES, 0);
        loop.advance(LONGEST);
        loop.advance(Duration.ofMillis(9_999));
        assertThat(slow.isDue()).isFalse();
        loop.advance(Duration.ofMillis(1));
        assertThat(slow.isDue()).isTrue();
    }

    /** What a program of 100 µs needs, with what is left of its deviations after some answers. */
    private static final Duration ENOUGH = Duration.ofNanos(300_000);

    private OrderCheck quickAndChecked() {
        OrderCheck quick = checkOf(LONGEST);
        for (int i = 0; i < 20; i++) {
            quick.answered(BUSY, 100_000, NAMES, 0);
        }
        quick.answered(IDLE, 100_000, NAMES, 0);
        loop.advance(LONGEST);
        return quick;
    }

    private void pause(OrderCheck quick, Duration length) {
        quick.answered(IDLE, 100_000, NAMES, 0);
        loop.advance(length);
        assertThat(quick.allows(IDLE)).isTrue();
    }

    @Test
    void aQuickProgramThatPausesAgainAndAgainForWhatItNeedsIsCheckedMoreRarely() {
        Duration usual = OrderCheck.SHORTEST.multipliedBy(OrderCheck.SHARE);
        OrderCheck quick = quickAndChecked();
        long checkedAt = loop.now();
        while (loop.now() - checkedAt
                < usual.multipliedBy(OrderCheck.RARER).minusMillis(1).toNanos()) {
            pause(quick, ENOUGH);
        }
        assertThat(quick.isDue()).isFalse();
        loop.advance(Duration.ofMillis(1));
        assertThat(quick.isDue()).isTrue();
    }

    @Test
    void oneThatPausesNoMoreIsCheckedAsSoonAsOneThatNeverDid() {
        Duration usual = OrderCheck.SHORTEST.multipliedBy(OrderCheck.SHARE);
        OrderCheck quick = quickAndChecked();
        loop.advance(usual.dividedBy(2));
        for (int i = 0; i < OrderCheck.PAUSES; i++) {
            pause(quick, ENOUGH);
        }
        quick.answered(BUSY, 100_000, NAMES, 0);
        loop.advance(usual.minusNanos(1));
        assertThat(quick.isDue()).isFalse();
        loop.advance(Duration.ofNanos(1));
        assertThat(quick.isDue()).isTrue();
        quick.answered(IDLE, 100_000, NAMES, 0);
        loop.advance(OrderCheck.SHORTEST);
        // Pauses count anew from each check.
        for (int i = 1; i < OrderCheck.PAUSES; i++) {
            pause(quick, ENOUGH);
        }
        loop.advance(usual.minus(ENOUGH.multipliedBy(OrderCheck.PAUSES - 1)));
        assertThat(quick.isDue()).isTrue();
    }

    @Test
    void shortAndFewPausesMakeNoCheckRarerHoweverOftenTheyAreLookedAt() {
        Duration usual = OrderCheck.SHORTEST.multipliedBy(OrderCheck.SHARE);
        OrderCheck quick = quickAndChecked();
        for (int i = 0; i < 3 * OrderCheck.PAUSES; i++) {
            pause(quick, Duration.ofNanos(150_000));
        }
        for (int i = 1; i < OrderCheck.PAUSES; i++) {
            pause(quick, ENOUGH);
            assertThat(quick.allows(IDLE)).isTrue();
        }
        loop.advance(usual);
        assertThat(quick.isDue()).isTrue();
    }

    @Test
    void aProgramWhoseTimesDifferRestsForLonger() {
        firstCheck();
        for (int i = 0; i < 50; i++) {
            check.answered(BUSY, Duration.ofMillis(i % 2 == 0 ? 1 : 19).toNanos(), NAMES, 0);
        }
        loop.advance(INTERVAL.plusSeconds(1));
        assertThat(check.isDue()).isFalse();
    }

    @Test
    void aWorkerThatWasIdleOfItsOwnAccordHasPassed() {
        firstCheck();
        answered(IDLE);
        loop.advance(Duration.ofMinutes(1));
        assertThat(check.allows(IDLE)).isTrue();
        assertThat(passed).isEqualTo(1);
    }

    @Test
    void aWorkerThatWasIdleForTooShortATimeIsCheckedWhenDue() {
        firstCheck();
        loop.advance(INTERVAL.minusMillis(10));
        answered(IDLE);
        loop.advance(Duration.ofMillis(11));
        assertThat(check.allows(IDLE)).isFalse();
        loop.advance(REST);
        assertThat(check.allows(IDLE)).isTrue();
        assertThat(passed).isEqualTo(2);
    }

    @Test
    void aLineThatIsNoReplyMakesACheckDueAtOnceUntilItHasMeantNothingOftenEnough() {
        firstCheck();
        for (int i = 0; i < Habits.FALSE_ALARMS; i++) {
            answered(BUSY);
            assertThat(check.isDue()).isFalse();
            outputs++;
            answered(IDLE);
            assertThat(check.isDue()).isTrue();
            loop.advance(REST);
            assertThat(check.isDue()).isFalse();
        }
        outputs++;
        answered(IDLE);
        assertThat(check.isDue()).isFalse();
        habits.lostOrder();
        outputs++;
        answered(IDLE);
        assertThat(check.isDue()).isTrue();
    }

    @Test
    void aReplyThatSharesNoNameWithThoseBeforeMakesALongCheckDueAtOnce() {
        firstCheck();
        assertThat(check.suspects(NAMES)).isFalse();
        assertThat(check.suspects(NAMES | OTHER_NAMES)).isFalse();
        assertThat(check.suspects(0)).isFalse();
        assertThat(check.isDue()).isFalse();
        assertThat(check.suspects(OTHER_NAMES)).isTrue();
        check.answered(IDLE, USUAL.toNanos(), OTHER_NAMES, 0);
        loop.advance(LONGEST.minusMillis(1));
        assertThat(check.isDue()).isTrue();
        loop.advance(Duration.ofMillis(1));
        assertThat(check.isDue()).isFalse();
        assertThat(check.suspects(OTHER_NAMES)).isFalse();
    }

    @Test
    void namesThatComeBeforeACheckAreKnownOnlyOnceItIsPassed() {
        answered(IDLE);
        check.stop();
        OrderCheck next = checkOf(LONGEST);
        assertThat(next.suspects(OTHER_NAMES)).isFalse();
        assertThat(habits.areStrange(OTHER_NAMES)).isFalse();
    }

    @Test
    void namesOfAProgramWhoseRepliesNeverShareOneTellNothing() {
        firstCheck();
        for (int i = 2; i < 2 + Habits.FALSE_ALARMS; i++) {
            assertThat(check.suspects(1L << i)).isTrue();
            check.answered(IDLE, USUAL.toNanos(), 1L << i, 0);
            loop.advance(LONGEST);
        }
        assertThat(check.suspects(1L << 60)).isFalse();
    }

    @Test
    void afterADisorderRepliesAreHeldUntilTheFirstCheckWhichIsLongerEachTime() {
        assertThat(check.mustHold()).isFalse();
        habits.lostOrder();
        habits.lostOrder();
        OrderCheck next = checkOf(LONGEST);
        assertThat(next.mustHold()).isTrue();
        next.answered(IDLE, USUAL.toNanos(), NAMES, 0);
        loop.advance(LONGEST.multipliedBy(2).minusMillis(1));
        assertThat(next.mustHold()).isTrue();
        loop.advance(Duration.ofMillis(1));
        assertThat(next.mustHold()).isFalse();
    }

    @Test
    void aRestGoesOnWhileTheChildWorksButNotForEver() {
        working = true;
        answered(IDLE);
        loop.advance(LONGEST.multipliedBy(3));
        assertThat(passed).isZero();
        loop.advance(LONGEST.multipliedBy(7));
        assertThat(passed).isEqualTo(1);
    }

    @Test
    void zeroTurnsTheCheckOff() {
        OrderCheck off = checkOf(Duration.ZERO);
        off.answered(IDLE, USUAL.toNanos(), NAMES, 0);
        assertThat(off.allows(IDLE)).isTrue();
        assertThat(off.isDue()).isFalse();
        loop.advance(Duration.ofMinutes(1));
        assertThat(passed).isZero();
    }

    @Test
    void aProgramThatNumbersItsRepliesIsNotChecked() {
        habits.numberedReply();
        answered(IDLE);
        assertThat(check.allows(IDLE)).isTrue();
        assertThat(check.isDue()).isFalse();
    }

    @Test
    void aWorkerThatIsGoneIsNotCheckedAnyMore() {
        answered(IDLE);
        check.stop();
        loop.advance(Duration.ofMinutes(1));
        assertThat(passed).isZero();
    }
}
