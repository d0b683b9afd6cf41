package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The steps in which a child is ended. */
class TerminationTest {
    private final ScriptedCore core = new ScriptedCore.Options().start();
    private final ScriptedChild child = core.child();

    @Test
    void anIdleChildIsToldByTheEndOfItsInputFirst() {
        Future<Void> stopped = core.dispatcher.terminate();
        core.loop.turn();
        assertThat(child.isInputClosed()).isTrue();
        assertThat(child.signals()).isEmpty();
        core.ends(child, 0);
        assertThat(stopped.succeeded()).isTrue();
        assertThat(core.counts.deaths).containsExactly(DeathReason.RECYCLED);
        core.advance(Duration.ofMinutes(1));
        assertThat(child.signals()).isEmpty();
    }

    @Test
    void aChildThatDoesNotEndIsSentSigtermAndThenSigkill() {
        child.ignore("TERM");
        core.dispatcher.terminate();
        core.advance(Termination.STEP.minusMillis(1));
        assertThat(child.signals()).isEmpty();
        core.advance(Duration.ofMillis(1));
        assertThat(child.signals()).containsExactly("TERM");
        core.advance(Termination.STEP);
        assertThat(child.signals()).containsExactly("TERM", "KILL");
    }

    @Test
    void aChildThatGetsNoMoreTimeIsSentSigtermAtOnce() {
        core.dispatcher.terminate();
        core.pool.hurry();
        core.loop.turn();
        assertThat(child.signals()).containsExactly("TERM");
        core.loop.turn();
        assertThat(child.isInputClosed()).isTrue();
    }

    @Test
    void hurryingTwiceSignalsOnce() {
        child.ignore("TERM");
        core.pool.hurry();
        core.pool.hurry();
        core.loop.turn();
        assertThat(child.signals()).containsExactly("TERM");
    }

    @Test
    void aChildThatHasEndedIsSentNoSignalForItsNumberMayBeAnothersByThen() {
        core.dispatcher.terminate();
        core.ends(child, 0);
        core.pool.hurry();
        core.advance(Duration.ofMinutes(1));
        assertThat(child.signals()).isEmpty();
    }

    @Test
    void aChildThatSurvivesSigkillIsLeftBehindAndReplaced() {
        child.ignore("TERM", "KILL");
        core.ask("{}");
        core.says(child, "{}", "{\"surplus\":1}");
        core.advance(Termination.STEP.plus(Termination.LAST_STEP));
        assertThat(child.signals()).containsExactly("TERM", "KILL");
        assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.counts.starts).isEqualTo(2);
    }

    @Test
    void aWorkerThatIsToEndBeforeItsChildRunsEndsItAtOnceWhenItDoes() {
        core.ends(child, 1);
        core.children.onStart(second -> core.dispatcher.terminate());
        core.advance(Duration.ofSeconds(1));
        assertThat(core.child()).isNotSameAs(child);
        assertThat(core.child().signals()).containsExactly("TERM");
    }

    /** A thread may be needed to close it, and there may be none to be had. */
    @Test
    void aChildWhoseInputCanNotBeClosedIsSignalledAllTheSame() {
        PoolResources resources = new PoolResources(
                core.loop,
                null,
                core.children.transport(),
                core.children,
                core.budget,
                core.counts,
                core.random::nextDouble);
        Termination termination = new Termination(
                "worker 0",
                resources,
                () -> {
                    throw new OutOfMemoryError("unable to create native thread");
                },
                () -> {});
        termination.attach(child);
        termination.decide(DeathReason.RECYCLED, Cause.of("it is replaced"));
        termination.begin(true);
        core.advance(Termination.STEP);
        assertThat(child.signals()).containsExactly("TERM");
    }
}
