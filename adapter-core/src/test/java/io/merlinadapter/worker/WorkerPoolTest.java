package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which worker gets a request, and what follows the end of one. */
class WorkerPoolTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private static List<Integer> loads(ScriptedCore core) {
        return core.children.all().stream()
                .map(child -> child.received().size())
                .toList();
    }

    @Test
    void eachChildKnowsItsNumber() {
        options.workers = 3;
        ScriptedCore core = options.start();
        assertThat(core.children.all())
                .extracting(child -> child.spec().environment().get("ADAPTER_WORKER"))
                .containsExactly("0", "1", "2");
    }

    @Test
    void idleWorkersTakeTurns() {
        options.workers = 3;
        options.orderCheck = Duration.ZERO;
        ScriptedCore core = options.start();
        for (int i = 0; i < 6; i++) {
            core.ask("{}");
            core.says(core.children.all().get(i % 3), "{}");
        }
        assertThat(loads(core)).containsExactly(2, 2, 2);
    }

    @Test
    void theLeastBusyWorkerGetsTheNextRequest() {
        options.workers = 2;
        options.maxInFlight = 4;
        options.orderCheck = Duration.ZERO;
        ScriptedCore core = options.start();
        core.ask("{}");
        core.ask("{}");
        core.ask("{}");
        assertThat(loads(core)).containsExactly(2, 1);
        core.says(core.children.all().get(0), "{}", "{}");
        core.ask("{}");
        assertThat(loads(core)).containsExactly(3, 1);
    }

    @Test
    void aWorkerWithoutRoomIsPassedOver() {
        options.workers = 2;
        ScriptedCore core = options.start();
        core.ask("{}");
        core.ask("{}");
        core.says(core.children.all().get(1), "{}");
        core.advance(Duration.ofMillis(100));
        core.ask("{}");
        assertThat(loads(core)).containsExactly(1, 2);
    }

    @Test
    void aWorkerThatEndedIsStartedAgainUnderItsNumberAfterTheBackOff() {
        options.workers = 2;
        ScriptedCore core = options.start();
        core.ends(core.children.all().get(1), 1);
        core.advance(Duration.ofMillis(79));
        assertThat(core.counts.starts).isEqualTo(2);
        core.advance(Duration.ofMillis(41));
        assertThat(core.counts.starts).isEqualTo(3);
        assertThat(core.child().spec().environment()).containsEntry("ADAPTER_WORKER", "1");
    }

    @Test
    void aProgramThatNeverAnswersIsGivenUpWithItsLastWords() {
        options.giveUpAfter = 3;
        ScriptedCore core = options.start();
        for (int i = 0; i < 3; i++) {
            core.child().writeToStderr("no model " + i);
            core.ends(core.child(), 9);
            core.advance(Duration.ofSeconds(2));
        }
        assertThat(core.pool.gaveUp().result().reason())
                .contains("3 starts in a row", "exit code 9", "--give-up-after=3");
        assertThat(core.pool.gaveUp().result().lastWords()).containsExactly("no model 2");
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @Test
    void aPoolWithAReadyWorkerIsNeverGivenUp() {
        options.workers = 2;
        options.giveUpAfter = 1;
        ScriptedCore core = options.start();
        for (int i = 0; i < 20; i++) {
            core.ends(core.children.last(), 1);
            core.advance(Duration.ofSeconds(10));
        }
        assertThat(core.pool.gaveUp().isComplete()).isFalse();
    }

    @Test
    void callersWhoSendNothingButPoisonDoNotMakeThePoolGiveUp() {
        options.giveUpAfter = 2;
        ScriptedCore core = options.start();
        for (int i = 0; i < 20; i++) {
            Asked poison = core.ask("{}");
            core.ends(core.child(), 1);
            assertThat(poison.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
            core.advance(Duration.ofSeconds(10));
        }
        assertThat(core.pool.gaveUp().isComplete()).isFalse();
    }

    @Test
    void aWarmUpThatIsAnsweredIsNoReasonToHopeForEver() {
        options.warmup = "{}";
        options.giveUpAfter = 3;
        ScriptedCore core = options.start();
        for (int i = 0; i < 3; i++) {
            core.says(core.child(), "{}");
            core.advance(Duration.ofMillis(100));
            core.ends(core.child(), 1);
            core.advance(Duration.ofSeconds(2));
        }
        assertThat(core.pool.gaveUp().result().reason()).contains("3 starts in a row");
    }

    @Test
    void theTimeToFinishEndsWorkersThatStillWorkOnSomething() {
        ScriptedCore core = options.start();
        ScriptedChild child = core.child();
        Asked inside = core.ask("{}");
        core.dispatcher.terminate();
        core.pool.endDraining();
        core.loop.turn();
        assertThat(child.isInputClosed()).isTrue();
        core.advance(Termination.STEP);
        assertThat(child.signals()).containsExactly("TERM");
        assertThat(inside.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
    }
}
