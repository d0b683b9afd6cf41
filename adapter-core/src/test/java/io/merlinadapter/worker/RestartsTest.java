package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestartsTest {
    private static final long NEVER_READY = 0;

    private double random = 0.5;
    private long now = -5;

    private Restarts restarts(int workers, int giveUpAfter) {
        return new Restarts(
                new WorkerSettings.RestartSettings(
                        Duration.ofMillis(100), Duration.ofSeconds(5), Duration.ofMinutes(1), giveUpAfter),
                workers,
                () -> random,
                () -> now);
    }

    private static void endsInVain(Restarts restarts, int worker) {
        restarts.ended(worker, false, NEVER_READY, Restarts.End.OTHER);
    }

    @Test
    void theWaitDoublesUpToItsBound() {
        Restarts restarts = restarts(1, 0);
        long[] waits = new long[8];
        for (int i = 0; i < waits.length; i++) {
            waits[i] = restarts.nextWait(0).toMillis();
        }
        assertThat(waits).containsExactly(100, 200, 400, 800, 1600, 3200, 5000, 5000);
    }

    @Test
    void theWaitIsStillBoundedAfterManyFailures() {
        Restarts restarts = restarts(1, 0);
        for (int i = 0; i < 200; i++) {
            assertThat(restarts.nextWait(0)).isPositive().isLessThanOrEqualTo(Duration.ofSeconds(5));
        }
    }

    @Test
    void theWaitIsJitteredByAFifth() {
        random = 0;
        assertThat(restarts(1, 0).nextWait(0)).isEqualTo(Duration.ofMillis(80));
        random = 1;
        assertThat(restarts(1, 0).nextWait(0)).isEqualTo(Duration.ofMillis(120));
    }

    @Test
    void aWorkerThatHasAnsweredIsStartedAgainPromptly() {
        Restarts restarts = restarts(1, 0);
        restarts.nextWait(0);
        restarts.nextWait(0);
        restarts.ended(0, true, 1, Restarts.End.WITH_REQUEST);
        assertThat(restarts.nextWait(0)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void aWorkerThatWasReadyForTheStablePeriodIsStartedAgainPromptly() {
        Restarts restarts = restarts(1, 0);
        restarts.nextWait(0);
        restarts.ended(0, false, Duration.ofMinutes(1).toNanos() - 1, Restarts.End.OTHER);
        assertThat(restarts.nextWait(0)).isEqualTo(Duration.ofMillis(200));
        restarts.ended(0, false, Duration.ofMinutes(1).toNanos(), Restarts.End.OTHER);
        assertThat(restarts.nextWait(0)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void itGivesUpAfterSoManyStartsInARowWithoutAnAnswer() {
        Restarts restarts = restarts(1, 3);
        endsInVain(restarts, 0);
        endsInVain(restarts, 0);
        assertThat(restarts.areHopeless()).isFalse();
        endsInVain(restarts, 0);
        assertThat(restarts.areHopeless()).isTrue();
        assertThat(restarts.inVain()).startsWith("3 starts in a row").contains("--give-up-after=3");
    }

    @Test
    void manyWorkersAreAsPatientAsOne() {
        Restarts restarts = restarts(4, 3);
        for (int i = 0; i < 11; i++) {
            endsInVain(restarts, i % 4);
        }
        assertThat(restarts.areHopeless()).isFalse();
        endsInVain(restarts, 3);
        assertThat(restarts.areHopeless()).isTrue();
        assertThat(restarts.inVain()).startsWith("12 starts in a row").contains("for each of 4 workers");
    }

    @Test
    void theWaitOfOneWorkerIsNotMadeLongerByAnother() {
        Restarts restarts = restarts(2, 0);
        restarts.nextWait(0);
        restarts.nextWait(0);
        assertThat(restarts.nextWait(1)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void onceItHasAnsweredItIsGivenUpOnlyAMinuteAfterTheLastAnswer() {
        Restarts restarts = restarts(1, 2);
        restarts.answered(0);
        for (int i = 0; i < 50; i++) {
            endsInVain(restarts, 0);
        }
        now += Restarts.PATIENCE.toNanos() - 1;
        assertThat(restarts.areHopeless()).isFalse();
        now += 1;
        assertThat(restarts.areHopeless()).isTrue();
        assertThat(restarts.inVain()).contains("the last answer was given 1 min ago");
        restarts.answered(0);
        assertThat(restarts.areHopeless()).isFalse();
    }

    @Test
    void anAnswerEndsTheRow() {
        Restarts restarts = restarts(1, 2);
        endsInVain(restarts, 0);
        restarts.ended(0, true, 1, Restarts.End.OTHER);
        endsInVain(restarts, 0);
        assertThat(restarts.areHopeless()).isFalse();
    }

    @Test
    void deathsThatCallersMayHaveCausedAreNeverAReasonToGiveUp() {
        Restarts restarts = restarts(1, 2);
        for (int i = 0; i < 100; i++) {
            restarts.ended(0, false, 1, Restarts.End.WITH_REQUEST);
        }
        assertThat(restarts.areHopeless()).isFalse();
    }

    @Test
    void thereIsHopeAsLongAsOneWorkerMayHaveDiedOfItsRequest() {
        Restarts restarts = restarts(2, 2);
        restarts.ended(1, false, 1, Restarts.End.WITH_REQUEST);
        for (int i = 0; i < 10; i++) {
            endsInVain(restarts, 0);
        }
        assertThat(restarts.areHopeless()).isFalse();
        endsInVain(restarts, 1);
        endsInVain(restarts, 1);
        assertThat(restarts.areHopeless()).isTrue();
    }

    @Test
    void aLifeWhoseRepliesWereOutOfStepIsAStartInVainWhateverItHasAnswered() {
        Restarts restarts = restarts(1, 3);
        for (int i = 0; i < 3; i++) {
            assertThat(restarts.areHopeless()).isFalse();
            assertThat(restarts.nextWait(0)).isEqualTo(Duration.ofMillis(100 << i));
            restarts.answered(0);
            restarts.ended(0, true, 1, Restarts.End.IN_DISORDER);
        }
        assertThat(restarts.areHopeless()).isTrue();
        assertThat(restarts.inVain()).startsWith("3 starts in a row").doesNotContain("the last answer");
    }

    @Test
    void aLongLifeProvesItselfEvenIfItEndedOutOfStep() {
        Restarts restarts = restarts(1, 1);
        restarts.answered(0);
        restarts.ended(0, true, Duration.ofMinutes(1).toNanos(), Restarts.End.IN_DISORDER);
        assertThat(restarts.areHopeless()).isFalse();
        endsInVain(restarts, 0);
        assertThat(restarts.areHopeless()).isFalse();
        now += Restarts.PATIENCE.toNanos();
        assertThat(restarts.areHopeless()).isTrue();
    }

    @Test
    void answersOfAnotherWorkerCountAlthoughOneWasOutOfStep() {
        Restarts restarts = restarts(2, 1);
        restarts.answered(1);
        restarts.ended(0, true, 1, Restarts.End.IN_DISORDER);
        endsInVain(restarts, 1);
        assertThat(restarts.areHopeless()).isFalse();
        now += Restarts.PATIENCE.toNanos();
        assertThat(restarts.areHopeless()).isTrue();
    }

    @Test
    void zeroMeansNeverToGiveUp() {
        Restarts restarts = restarts(1, 0);
        for (int i = 0; i < 1000; i++) {
            endsInVain(restarts, 0);
        }
        assertThat(restarts.areHopeless()).isFalse();
    }
}
