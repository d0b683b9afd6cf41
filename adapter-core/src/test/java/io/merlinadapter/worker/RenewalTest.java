package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import io.vertx.core.Future;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The program has changed: each worker goes when its successor is ready, and not before. */
class RenewalTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private ScriptedCore served() {
        options.warmup = "{}";
        ScriptedCore core = options.start();
        for (int i = 0; i < options.workers; i++) {
            ready(core, core.children.all().get(i));
        }
        return core;
    }

    private static void ready(ScriptedCore core, ScriptedChild child) {
        core.says(child, "{}");
        core.advance(Duration.ofMillis(100));
        core.loop.turn();
    }

    private static Future<Renewed> renew(ScriptedCore core) {
        Future<Renewed> renewed = core.pool.renew("predict.py has changed");
        core.loop.turn();
        return renewed;
    }

    private static void serveOne(ScriptedCore core, ScriptedChild by) {
        Asked asked = core.ask("{}");
        core.says(by, "{}");
        asked.answer();
        core.advance(Duration.ofMillis(100));
    }

    @Test
    void theOldWorkerServesUntilItsSuccessorIsReady() {
        ScriptedCore core = served();
        ScriptedChild old = core.child();
        Future<Renewed> renewed = renew(core);
        ScriptedChild successor = core.child();
        assertThat(successor).isNotSameAs(old);
        serveOne(core, old);
        assertThat(renewed.isComplete()).isFalse();
        ready(core, successor);
        assertThat(renewed.result().outcome()).isEqualTo(Renewed.Outcome.DONE);
        assertThat(old.isInputClosed()).isTrue();
        serveOne(core, successor);
    }

    @Test
    void allAreReplacedOneByOne() {
        options.workers = 3;
        ScriptedCore core = served();
        Future<Renewed> renewed = renew(core);
        for (int i = 0; i < 3; i++) {
            assertThat(core.counts.starts).isEqualTo(4 + i);
            assertThat(renewed.isComplete()).isFalse();
            ready(core, core.child());
            core.ends(core.children.all().get(i), 0);
            core.loop.turn();
        }
        assertThat(renewed.result().outcome()).isEqualTo(Renewed.Outcome.DONE);
        assertThat(core.counts.deaths).containsOnly(DeathReason.RECYCLED);
    }

    @Test
    void whereTheFirstSuccessorFailsAllOldOnesStayAndNothingIsTriedAgain() {
        options.workers = 2;
        options.giveUpAfter = 1;
        ScriptedCore core = served();
        Future<Renewed> renewed = renew(core);
        core.ends(core.child(), 1);
        assertThat(renewed.result().outcome()).isEqualTo(Renewed.Outcome.FAILED);
        assertThat(renewed.result().why()).contains("exit code 1");
        core.advance(Duration.ofMinutes(5));
        assertThat(core.counts.starts).isEqualTo(3);
        assertThat(core.pool.gaveUp().isComplete()).isFalse();
        assertThat(core.pool.stats().ready()).isEqualTo(2);
    }

    @Test
    void afterABrokenEditTheNextOneIsTriedAtOnce() {
        ScriptedCore core = served();
        ScriptedChild old = core.child();
        for (int edit = 0; edit < 8; edit++) {
            Future<Renewed> broken = renew(core);
            assertThat(core.counts.starts).isEqualTo(2 + edit);
            core.ends(core.child(), 1);
            assertThat(broken.isComplete()).isTrue();
            core.loop.turn();
        }
        Future<Renewed> mended = renew(core);
        ready(core, core.child());
        assertThat(mended.result().outcome()).isEqualTo(Renewed.Outcome.DONE);
        assertThat(old.isInputClosed()).isTrue();
    }

    @Test
    void aSuccessorThatStillStartsWhenTheProgramChangesAgainIsNoLongerWaitedFor() {
        ScriptedCore core = served();
        ScriptedChild old = core.child();
        Future<Renewed> first = renew(core);
        ScriptedChild outdated = core.child();
        Future<Renewed> second = renew(core);
        assertThat(first.result().outcome()).isEqualTo(Renewed.Outcome.OVERTAKEN);
        core.advance(Duration.ofSeconds(5));
        core.ends(outdated, 137);
        core.loop.turn();
        assertThat(second.isComplete()).isFalse();
        assertThat(core.counts.starts).isEqualTo(3);
        serveOne(core, old);
        ready(core, core.child());
        assertThat(second.result().outcome()).isEqualTo(Renewed.Outcome.DONE);
        assertThat(old.isInputClosed()).isTrue();
    }

    @Test
    void aProgramThatWaitsForItsNextStartIsStartedAtOnce() {
        options.warmup = "{}";
        options.backOff = Duration.ofMinutes(1);
        options.backOffMax = Duration.ofMinutes(1);
        ScriptedCore core = options.start();
        core.ends(core.child(), 1);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.counts.starts).isEqualTo(1);
        Future<Renewed> renewed = renew(core);
        assertThat(core.counts.starts).isEqualTo(2);
        ready(core, core.child());
        assertThat(renewed.result().outcome()).isEqualTo(Renewed.Outcome.DONE);
    }

    @Test
    void aPoolThatStopsStartsNothingAnyMore() {
        ScriptedCore core = served();
        core.pool.stop();
        Future<Renewed> renewed = renew(core);
        core.advance(Duration.ofSeconds(1));
        assertThat(renewed.result().outcome()).isEqualTo(Renewed.Outcome.OVERTAKEN);
        assertThat(core.counts.starts).isEqualTo(1);
    }
}
