package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Activity;
import io.merlinadapter.os.Child;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Workers that are replaced as planned, which no caller notices. */
class RecyclerTest {
    private static final long MIB = 1 << 20;

    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private static void serveOne(ScriptedCore core, ScriptedChild by) {
        Asked asked = core.ask("{}");
        core.says(by, "{}");
        asked.answer();
        core.advance(Duration.ofMillis(100));
    }

    @Test
    void afterSoManyRequestsTheSuccessorIsReadyBeforeTheOldWorkerGoes() {
        options.maxRequests = 2;
        options.warmup = "{}";
        ScriptedCore core = options.start();
        ScriptedChild old = core.child();
        core.says(old, "{}");
        core.advance(Duration.ofMillis(100));
        serveOne(core, old);
        assertThat(core.counts.starts).isEqualTo(1);
        serveOne(core, old);
        assertThat(core.counts.starts).isEqualTo(2);
        ScriptedChild successor = core.child();
        // The old worker goes on until then.
        serveOne(core, old);
        core.says(successor, "{}");
        core.advance(Duration.ofMillis(100));
        core.loop.turn();
        assertThat(old.isInputClosed()).isTrue();
        core.ends(old, 0);
        serveOne(core, successor);
        assertThat(core.counts.deaths).containsExactly(DeathReason.RECYCLED);
        assertThat(core.counts.starts).isEqualTo(2);
    }

    @Test
    void eachWorkerGetsANumberOfRequestsOfItsOwnNearTheOneThatWasAskedFor() {
        options.maxRequests = 100;
        options.orderCheck = Duration.ZERO;
        ScriptedCore core = options.start();
        Set<Integer> served = new TreeSet<>();
        for (int life = 1; life <= 10; life++) {
            ScriptedChild old = core.child();
            int requests = 0;
            while (core.counts.starts == life) {
                core.ask("{}");
                core.says(old, "{}");
                core.loop.turn();
                requests++;
            }
            core.ends(old, 0);
            served.add(requests);
        }
        assertThat(served).allMatch(requests -> requests >= 90 && requests <= 110);
        assertThat(served).hasSizeGreaterThan(5);
    }

    @Test
    void withoutRoomForBothTheOldWorkerGoesFirst() {
        options.maxRequests = 1;
        ScriptedCore core = options.start();
        core.children.setHasRoom(false);
        ScriptedChild old = core.child();
        serveOne(core, old);
        assertThat(core.counts.starts).isEqualTo(1);
        core.loop.turn();
        assertThat(old.isInputClosed()).isTrue();
        core.ends(old, 0);
        assertThat(core.counts.starts).isEqualTo(2);
        serveOne(core, core.child());
    }

    @Test
    void theOldWorkerGoesOnWhileItsSuccessorCanNotStart() {
        options.maxRequests = 1;
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.advance(Duration.ofMillis(300));
        ScriptedChild old = core.child();
        core.children.onStart(child -> child.does(Activity.Doing.WORKS));
        serveOne(core, old);
        for (int i = 0; i < 5; i++) {
            core.ends(core.child(), 3);
            core.advance(Duration.ofSeconds(6));
            serveOne(core, old);
            core.advance(Duration.ofMillis(100));
        }
        assertThat(core.counts.deaths).containsOnly(DeathReason.STARTUP);
        assertThat(old.signals()).isEmpty();
    }

    @Test
    void onlyOneWorkerIsReplacedAtATime() {
        options.workers = 2;
        options.maxRequests = 1;
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.advance(Duration.ofMillis(300));
        core.ask("{}");
        core.ask("{}");
        core.says(core.children.all().get(0), "{}");
        core.says(core.children.all().get(1), "{}");
        assertThat(core.counts.starts).isEqualTo(3);
    }

    @Test
    void aWorkerThatHoldsTooMuchMemoryIsReplacedOnceItIsStable() {
        options.maxRss = 100 * MIB;
        options.stableAfter = Duration.ofSeconds(30);
        ScriptedCore core = options.start();
        core.child().uses(new Child.Usage(0, 150 * MIB, 0));
        core.advance(Duration.ofSeconds(20));
        assertThat(core.counts.starts).isEqualTo(1);
        core.advance(Duration.ofSeconds(20));
        assertThat(core.counts.starts).isGreaterThan(1);
    }

    @Test
    void whoWaitsForAnotherReplacementIsNextEvenIfTheSuccessorHasGrownAsLarge() {
        options.workers = 2;
        options.maxRss = 100 * MIB;
        options.stableAfter = Duration.ofMillis(1);
        ScriptedCore core = options.start();
        core.children.all().forEach(child -> child.uses(new Child.Usage(0, 150 * MIB, 0)));
        core.children.onStart(child -> child.uses(new Child.Usage(0, 150 * MIB, 0)));
        ScriptedChild first = core.children.all().get(0);
        ScriptedChild second = core.children.all().get(1);
        while (core.counts.starts == 2) {
            core.advance(Duration.ofSeconds(1));
        }
        core.loop.turn();
        core.ends(first.isInputClosed() ? first : second, 0);
        assertThat(first.isInputClosed()).isTrue();
        assertThat(second.isInputClosed()).isTrue();
    }
}
