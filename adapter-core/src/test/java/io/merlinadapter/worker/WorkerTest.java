package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Exit;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import io.merlinadapter.worker.Worker.State;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The states of a worker, and what leads from one to the next. */
class WorkerTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();

    @Test
    void nothingComesBackFromTheDeadAndEveryOtherStateMayDie() {
        for (State state : State.values()) {
            assertThat(State.DEAD.mayBecome(state)).isFalse();
            assertThat(state.mayBecome(State.DEAD)).isEqualTo(state != State.DEAD);
        }
    }

    @Test
    void noStateLeadsBackToAnEarlierOne() {
        for (State state : State.values()) {
            for (State next : State.values()) {
                if (next.compareTo(state) <= 0) {
                    assertThat(state.mayBecome(next)).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false, EXIT", "3, false, EXIT", "137, false, SIGNAL", "137, true, OOM"})
    void anEndThatNobodyAskedForIsNamedByHowItEnded(int code, boolean outOfMemory, DeathReason reason) {
        ScriptedCore core = options.start();
        Asked asked = core.ask("{}");
        core.child().exit(new Exit(code, outOfMemory ? "the limit was reached" : ""));
        core.loop.turn();
        assertThat(core.counts.deaths).containsExactly(reason);
        assertThat(asked.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
    }

    @Test
    void aChildThatClosesItsStdoutAndLivesOnIsReplaced() {
        ScriptedCore core = options.start();
        Asked asked = core.ask("{}");
        ScriptedChild child = core.child();
        child.closeOutput();
        core.loop.turn();
        core.advance(Duration.ofMillis(99));
        assertThat(child.signals()).isEmpty();
        core.advance(Duration.ofMillis(1));
        assertThat(child.signals()).containsExactly("TERM");
        assertThat(asked.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
        assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
    }

    @Test
    void aChildThatTakesNothingMoreIsReplacedAndTheRequestGoesToItsSuccessor() {
        ScriptedCore core = options.start();
        core.child().closeInput();
        Asked asked = core.ask("{\"n\":1}");
        core.advance(Duration.ofSeconds(1));
        assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
        core.says(core.child(), "{\"a\":1}");
        assertThat(asked.answer()).isEqualTo("{\"a\":1}");
    }

    @Test
    void aChildThatAsksToBeReplacedFinishesWhatItHasAndGetsNothingNew() {
        options.rpc = true;
        options.maxInFlight = 8;
        ScriptedCore core = options.start();
        ScriptedChild child = core.child();
        core.says(child, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"concurrency\":8}}");
        Asked inside = core.ask("{}");
        core.says(child, "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\",\"params\":{\"message\":\"device lost\"}}");
        Asked next = core.ask("{}");
        assertThat(child.received()).hasSize(2);
        core.says(child, "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"a\":1}}");
        assertThat(inside.answer()).isEqualTo("{\"a\":1}");
        core.loop.turn();
        assertThat(child.isInputClosed()).isTrue();
        core.ends(child, 0);
        assertThat(core.counts.deaths).containsExactly(DeathReason.FATAL);
        assertThat(next.isOver()).isFalse();
    }

    @Test
    void aChildThatAskedToBeReplacedGetsTheDrainTimeoutAndNoMore() {
        options.rpc = true;
        ScriptedCore core = options.start();
        ScriptedChild child = core.child();
        core.says(child, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
        Asked inside = core.ask("{}");
        core.says(child, "{\"jsonrpc\":\"2.0\",\"method\":\"fatal\",\"params\":{\"message\":\"device lost\"}}");
        core.advance(options.drainTimeout);
        core.loop.turn();
        assertThat(child.isInputClosed()).isTrue();
        core.advance(Termination.STEP);
        assertThat(child.signals()).containsExactly("TERM");
        assertThat(inside.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
    }

    @Test
    void aWorkerThatDrainsEndsAsSoonAsNoCallerWaits() {
        ScriptedCore core = options.start();
        ScriptedChild child = core.child();
        core.ask("{}", Duration.ofSeconds(5));
        Future<Void> stopped = core.dispatcher.terminate();
        core.advance(Duration.ofSeconds(4));
        assertThat(stopped.isComplete()).isFalse();
        core.advance(Duration.ofSeconds(1));
        core.loop.turn();
        assertThat(child.isInputClosed()).isTrue();
        core.ends(child, 0);
        assertThat(stopped.succeeded()).isTrue();
        assertThat(core.counts.deaths).containsExactly(DeathReason.RECYCLED);
    }

    @Test
    void anObjectBeforeTheFirstRequestCostsAStartingWorkerNothing() {
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.says(core.child(), "{\"banner\":1}");
        core.advance(Duration.ofSeconds(1));
        assertThat(core.dispatcher.health().ready()).isTrue();
        assertThat(core.counts.deaths).isEmpty();
    }
}
