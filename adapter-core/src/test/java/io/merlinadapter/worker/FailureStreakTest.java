package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Workers that go bad: they live, and fail what they are asked while others succeed. */
class FailureStreakTest {
    private static final String GOOD = "{\"predictions\":[1]}";
    private static final String BAD = "{\"error\":{\"code\":500,\"message\":\"no device\"}}";

    private final ScriptedCore.Options options = new ScriptedCore.Options();
    private ScriptedCore core;

    FailureStreakTest() {
        options.workers = 2;
        options.badStreak = 3;
        options.orderCheck = Duration.ZERO;
    }

    private ScriptedChild child(int number) {
        return core.children.all().get(number);
    }

    /** Both workers get a request, in turns; each answers as it is told, 10 ms later. */
    private void bothAnswer(String first, String second) {
        core.ask("{}");
        core.ask("{}");
        core.advance(Duration.ofMillis(10));
        core.says(child(0), first);
        core.says(child(1), second);
        core.loop.turn();
    }

    private void bothAnswer(String first, String second, int times) {
        for (int i = 0; i < times; i++) {
            bothAnswer(first, second);
        }
    }

    @Test
    void aWorkerThatFailsWhileAnotherSucceedsIsReplacedOnceItsSuccessorIsReady() {
        core = options.start();
        bothAnswer(GOOD, BAD, 2);
        assertThat(core.counts.starts).isEqualTo(2);
        bothAnswer(GOOD, BAD);
        assertThat(core.counts.starts).isEqualTo(3);
        assertThat(child(1).isInputClosed()).isTrue();
        assertThat(child(0).isInputClosed()).isFalse();
        core.ends(child(1), 0);
        assertThat(core.counts.deaths).containsExactly(DeathReason.FAILING);
        core.advance(Duration.ofMinutes(2));
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"error\":{\"code\":502,\"message\":\"x\"}}", "{\"error\":\"x\"}", "{\"predictions\":[NaN]}"})
    void whateverIsItsOwnFaultCounts(String bad) {
        core = options.start();
        bothAnswer(GOOD, bad, 3);
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @Test
    void whatIsTheCallersFaultNeitherCountsNorEndsTheRow() {
        core = options.start();
        bothAnswer(GOOD, "{\"error\":{\"code\":422,\"message\":\"age must be positive\"}}", 10);
        assertThat(core.counts.starts).isEqualTo(2);
        bothAnswer(GOOD, BAD, 2);
        bothAnswer(GOOD, "{\"error\":{\"code\":400,\"message\":\"x\"}}");
        assertThat(core.counts.starts).isEqualTo(2);
        bothAnswer(GOOD, BAD);
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @Test
    void aSuccessEndsTheRow() {
        core = options.start();
        for (int i = 0; i < 5; i++) {
            bothAnswer(GOOD, BAD, 2);
            bothAnswer(GOOD, GOOD);
        }
        assertThat(core.counts.starts).isEqualTo(2);
    }

    @Test
    void whereAllFailNoneIsReplaced() {
        core = options.start();
        bothAnswer(GOOD, GOOD);
        bothAnswer(BAD, BAD, 20);
        assertThat(core.counts.starts).isEqualTo(2);
        // A success of the other is what was missing.
        bothAnswer(GOOD, BAD);
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @Test
    void deadlinesThatPassWhileTheWorkerHasTheRequestCount() {
        core = options.start();
        bothAnswer(GOOD, GOOD, 3);
        for (int i = 0; i < 3; i++) {
            core.ask("{}", Duration.ofSeconds(1));
            Asked late = core.ask("{}", Duration.ofSeconds(1));
            core.advance(Duration.ofMillis(10));
            core.says(child(0), GOOD);
            core.advance(Duration.ofSeconds(1));
            late.failure();
            core.says(child(1), GOOD);
            core.loop.turn();
        }
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @Test
    void aDeadlineThatASoundWorkerMissesAsWellDoesNotCount() {
        core = options.start();
        bothAnswer(GOOD, GOOD, 3);
        for (int i = 0; i < 10; i++) {
            core.ask("{}");
            Asked hasty = core.ask("{}", Duration.ofMillis(5));
            core.advance(Duration.ofMillis(10));
            hasty.failure();
            core.says(child(0), GOOD);
            core.says(child(1), GOOD);
            core.loop.turn();
        }
        assertThat(core.counts.starts).isEqualTo(2);
    }

    @Test
    void callersWhoLeaveDoNotCount() {
        core = options.start();
        bothAnswer(GOOD, GOOD, 3);
        for (int i = 0; i < 10; i++) {
            core.ask("{}");
            Asked leaves = core.ask("{}");
            core.advance(Duration.ofSeconds(2));
            leaves.cancel();
            core.says(child(0), GOOD);
            core.says(child(1), GOOD);
            core.loop.turn();
        }
        assertThat(core.counts.starts).isEqualTo(2);
    }

    @Test
    void atMostOneIsReplacedInAMinute() {
        options.workers = 3;
        core = options.start();
        for (int i = 0; i < 3; i++) {
            core.ask("{}");
            core.ask("{}");
            core.ask("{}");
            core.says(child(0), GOOD);
            core.says(child(1), BAD);
            core.says(child(2), BAD);
            core.loop.turn();
        }
        assertThat(core.counts.starts).isEqualTo(4);
        core.ends(child(1), 0);
        core.advance(Recycler.BETWEEN_FAILING.minusSeconds(1));
        core.ask("{}");
        core.ask("{}");
        core.ask("{}");
        core.says(child(2), BAD);
        assertThat(core.counts.starts).isEqualTo(4);
        core.says(child(0), GOOD);
        core.says(child(3), GOOD);
        core.advance(Duration.ofSeconds(2));
        core.ask("{}");
        core.ask("{}");
        core.ask("{}");
        core.says(child(2), BAD);
        core.loop.turn();
        assertThat(core.counts.starts).isEqualTo(5);
    }

    @Test
    void aSingleWorkerIsReplacedWhereThatIsAskedFor() {
        options.workers = 1;
        core = options.start();
        for (int i = 0; i < 3; i++) {
            core.ask("{}");
            core.says(child(0), BAD);
        }
        core.loop.turn();
        assertThat(core.counts.starts).isEqualTo(2);
    }

    @Test
    void withoutRoomForBothTheBadOneGoesFirst() {
        core = options.start();
        core.children.setHasRoom(false);
        bothAnswer(GOOD, BAD, 3);
        assertThat(core.counts.starts).isEqualTo(2);
        core.ends(child(1), 0);
        assertThat(core.counts.starts).isEqualTo(3);
        assertThat(core.counts.deaths).containsExactly(DeathReason.FAILING);
    }

    @Test
    void zeroTurnsItOff() {
        options.badStreak = 0;
        core = options.start();
        bothAnswer(GOOD, BAD, 50);
        assertThat(core.counts.starts).isEqualTo(2);
    }

    /** Both workers get a request that is to be translated; the front finds the second answer good or not. */
    private void bothAreTranslated(boolean good) {
        Asked first = core.askToTranslate("{}");
        Asked second = core.askToTranslate("{}");
        core.says(child(0), GOOD);
        core.says(child(1), GOOD);
        first.call.judge(true);
        second.call.judge(good);
    }

    @Test
    void aReplyThatTheFrontCanNotTranslateIsFailedByItsWorker() {
        core = options.start();
        for (int i = 0; i < 3; i++) {
            bothAreTranslated(false);
        }
        assertThat(core.counts.starts).as("until it is next heard of").isEqualTo(2);
        bothAreTranslated(false);
        core.loop.turn();
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @Test
    void oneThatItCanTranslateEndsTheRow() {
        core = options.start();
        for (int i = 0; i < 5; i++) {
            bothAreTranslated(false);
            bothAreTranslated(false);
            bothAreTranslated(true);
        }
        assertThat(core.counts.starts).isEqualTo(2);
    }

    @Test
    void aReplyThatTheFrontSaysNothingOfNeitherCountsNorEndsTheRow() {
        core = options.start();
        bothAreTranslated(false);
        bothAreTranslated(false);
        for (int i = 0; i < 5; i++) {
            Asked first = core.askToTranslate("{}");
            core.askToTranslate("{}");
            core.says(child(0), GOOD);
            core.says(child(1), GOOD);
            first.call.judge(true);
            first.call.judge(false);
        }
        assertThat(core.counts.starts).isEqualTo(2);
        bothAreTranslated(false);
        assertThat(core.counts.starts).as("until it is next heard of").isEqualTo(2);
        bothAreTranslated(false);
        core.loop.turn();
        assertThat(core.counts.starts).isEqualTo(3);
        assertThat(child(1).isInputClosed()).isTrue();
    }

    /** Worker 1 gets two calls on one line, and answers that. */
    private void twoAtOnce(String answer) {
        core.ask("{\"instances\":[0]}");
        core.ask("{\"instances\":[0]}");
        core.ask("{\"instances\":[1]}");
        core.ask("{\"instances\":[2]}");
        core.says(child(1), GOOD);
        core.advance(Duration.ofMillis(2));
        assertThat(child(1).lastReceived()).isEqualTo("{\"instances\":[1,2]}");
        core.says(child(1), answer);
        core.says(child(0), GOOD);
        core.loop.turn();
    }

    @Test
    void aWrongNumberOfPredictionsForSeveralCallsIsFailedByItsWorkerOnce() {
        options.mergesBatches = true;
        options.batchMaxDelay = Duration.ofMillis(2);
        options.badStreak = 2;
        core = options.start();
        twoAtOnce("{\"predictions\":[1]}");
        assertThat(core.counts.starts).isEqualTo(2);
        core.ask("{}");
        core.ask("{}");
        core.says(child(1), BAD);
        core.says(child(0), GOOD);
        core.loop.turn();
        assertThat(core.counts.starts).isEqualTo(3);
        assertThat(child(1).isInputClosed()).isTrue();
    }

    @Test
    void anErrorForSeveralCallsCountsOnceToo() {
        options.mergesBatches = true;
        options.batchMaxDelay = Duration.ofMillis(2);
        options.badStreak = 2;
        core = options.start();
        twoAtOnce(BAD);
        assertThat(core.counts.starts).isEqualTo(2);
    }
}
