package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.dispatch.AdapterState;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aProgramThatHasServedGetsAMinuteWithHoweverManyWorkers(int workers) {
        options.workers = workers;
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.advance(options.settle);
        List<AdapterState> moves = new ArrayList<>();
        core.dispatcher.onMove(moves::add);
        core.ask("{}");
        core.says(core.children.all().get(0), "{}");
        endFromNowOn(core);
        core.advance(Restarts.PATIENCE.minusMillis(1));
        assertThat(core.pool.gaveUp().isComplete()).isFalse();
        assertThat(core.counts.starts).isGreaterThan(8 * workers);
        core.advance(Duration.ofSeconds(10));
        assertThat(core.pool.gaveUp().result().reason()).contains("exit code 3", "the last answer was given ");
        assertThat(moves).endsWith(AdapterState.UNREADY, AdapterState.SHUT, AdapterState.GIVEN_UP);
    }

    @Test
    void withManyWorkersAProgramThatNeverServedIsGivenUpNoSoonerThanWithOne() {
        options.settle = Duration.ofMillis(300);
        Duration one = timeToGivingUp(1);
        assertThat(timeToGivingUp(8)).isGreaterThan(one.dividedBy(2));
    }

    /** Ends every child that runs, and each that is started from now on. */
    private static void endFromNowOn(ScriptedCore core) {
        core.children.onStart(child -> core.loop.later(() -> child.exit(3)));
        core.children.all().forEach(child -> child.exit(3));
        core.loop.turn();
    }

    private Duration timeToGivingUp(int workers) {
        options.workers = workers;
        ScriptedCore core = options.start();
        long before = core.loop.now();
        endFromNowOn(core);
        while (!core.pool.gaveUp().isComplete()) {
            core.advance(Duration.ofMillis(1));
        }
        return Duration.ofNanos(core.loop.now() - before);
    }

    @Test
    void whatTheAdapterItselfLacksIsNeverAReasonToGiveUp() {
        options.giveUpAfter = 2;
        ScriptedCore core = options.start();
        core.children.failStarts("Cannot run program \"x\": error=24, Too many open files");
        try (LogCapture log = new LogCapture(ShortageLog.class)) {
            core.ends(core.child(), 1);
            core.advance(Duration.ofMinutes(10));
            assertThat(core.pool.gaveUp().isComplete()).isFalse();
            assertThat(core.counts.starts).isGreaterThan(100);
            assertThat(log.messages())
                    .hasSizeBetween(9, 11)
                    .allSatisfy(line -> assertThat(line).contains("open no more files", "ulimit -n"));
        }
        core.children.failStarts(null);
        core.advance(Duration.ofSeconds(6));
        assertThat(core.pool.stats().ready()).isEqualTo(1);
    }

    @Test
    void nothingIsStartedOnceItIsGivenUp() {
        options.workers = 2;
        options.giveUpAfter = 1;
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.ends(core.children.all().get(0), 1);
        core.ends(core.children.all().get(1), 1);
        assertThat(core.pool.gaveUp().isComplete()).isTrue();
        core.advance(Duration.ofMinutes(10));
        assertThat(core.counts.starts).isEqualTo(2);
        assertThat(core.loop.timers()).isLessThanOrEqualTo(1);
    }

    @Test
    void theReasonOfAWishToBeReplacedIsForTheLogAlone() {
        options.rpc = true;
        ScriptedCore core = options.start();
        core.says(core.child(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"concurrency\":4}}");
        Asked inside = core.ask("{}");
        core.says(
                core.child(),
                "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\",\"params\":{\"message\":\"db.internal is gone\"}}");
        core.advance(Duration.ofMinutes(1));
        assertThat(inside.failure().getMessage())
                .contains("it asked to be replaced; the adapter's log has its last words")
                .doesNotContain("db.internal");
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
