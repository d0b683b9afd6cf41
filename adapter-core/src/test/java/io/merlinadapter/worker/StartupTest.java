package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a new child counts as ready. */
class StartupTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private static boolean isReady(ScriptedCore core) {
        return core.dispatcher.health().ready();
    }

    @Test
    void aBareProgramIsReadyWhenItIsStillAliveAfterTheSettlingTime() {
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.advance(Duration.ofMillis(299));
        assertThat(isReady(core)).isFalse();
        core.advance(Duration.ofMillis(1));
        assertThat(isReady(core)).isTrue();
    }

    @Test
    void aProgramThatDiesWhileItSettlesIsNotReady() {
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.advance(Duration.ofMillis(200));
        core.ends(core.child(), 3);
        core.advance(Duration.ofMillis(150));
        assertThat(isReady(core)).isFalse();
        assertThat(core.counts.deaths).containsExactly(DeathReason.STARTUP);
    }

    @Test
    void aProgramThatHasAnsweredBeforeNeedsNoSettling() {
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.advance(Duration.ofMillis(300));
        Asked asked = core.ask("{}");
        core.says(core.child(), "{}");
        asked.answer();
        core.ends(core.child(), 1);
        core.advance(Duration.ofMillis(120));
        assertThat(core.counts.starts).isEqualTo(2);
        assertThat(isReady(core)).isTrue();
    }

    @Test
    void anOpenChannelIsProofEnoughWhereTheTransportSaysSo() {
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.children.setTransport(true, true);
        core.ends(core.child(), 1);
        core.advance(Duration.ofMillis(120));
        assertThat(isReady(core)).isTrue();
    }

    @Test
    void aWarmUpIsAnsweredAndTheChildKeepsQuietBeforeItIsReady() {
        options.warmup = "{\n\"warm\": 1}";
        ScriptedCore core = options.start();
        assertThat(core.child().received()).containsExactly("{ \"warm\": 1}");
        core.says(core.child(), "{}");
        assertThat(isReady(core)).isFalse();
        core.advance(Duration.ofMillis(100));
        assertThat(isReady(core)).isTrue();
        assertThat(core.counts.lateReplies).isZero();
    }

    @Test
    void aWarmUpThatIsAnsweredWithAnErrorEndsTheStart() {
        options.warmup = "{}";
        ScriptedCore core = options.start();
        core.says(core.child(), "{\"error\":\"no model\"}");
        assertThat(core.child().signals()).containsExactly("TERM");
        assertThat(core.counts.deaths).containsExactly(DeathReason.STARTUP);
    }

    @Test
    void aWarmUpThatIsNotAnsweredInTimeEndsTheStart() {
        options.warmup = "{}";
        options.startupTimeout = Duration.ofSeconds(20);
        ScriptedCore core = options.start();
        core.advance(Duration.ofSeconds(19));
        assertThat(core.child().signals()).isEmpty();
        core.advance(Duration.ofSeconds(1));
        assertThat(core.counts.deaths).containsExactly(DeathReason.STARTUP);
    }

    @Test
    void theTimeToStartIsNoLimitToServing() {
        options.warmup = "{}";
        options.startupTimeout = Duration.ofSeconds(2);
        ScriptedCore core = options.start();
        core.says(core.child(), "{}");
        core.advance(Duration.ofHours(1));
        assertThat(isReady(core)).isTrue();
        assertThat(core.counts.starts).isEqualTo(1);
    }

    @Test
    void requestsWaitForAProgramThatIsStillLoading() {
        options.warmup = "{}";
        ScriptedCore core = options.start();
        Asked asked = core.ask("{\"n\":1}");
        core.says(core.child(), "{}");
        core.advance(Duration.ofMillis(100));
        core.says(core.child(), "{\"a\":1}");
        assertThat(asked.answer()).isEqualTo("{\"a\":1}");
    }

    @Test
    void anObjectThatIsPrintedBeforeTheWarmUpIsReadIsNoAnswerToIt() {
        options.warmup = "{}";
        ScriptedCore core = options.start();
        core.child().stopReading();
        core.ends(core.child(), 1);
        core.advance(Duration.ofMillis(110));
        core.child().stopReading();
        core.advance(Duration.ZERO);
        core.says(core.child(), "{\"banner\":1}");
        assertThat(isReady(core)).isFalse();
    }

    @Test
    void inJsonRpcTheAnswerToInitializeIsTheSign() {
        options.rpc = true;
        options.maxInFlight = 256;
        ScriptedCore core = options.start();
        assertThat(core.child().lastReceived()).contains("\"method\":\"initialize\"", "\"worker\":0");
        core.says(core.child(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"concurrency\":300}}");
        assertThat(isReady(core)).isTrue();
        assertThat(core.pool.stats().capacity()).isEqualTo(256);
    }

    @Test
    void aProgramThatDoesNotKnowInitializeIsReadyForOneRequestAtATime() {
        options.rpc = true;
        options.maxInFlight = 256;
        ScriptedCore core = options.start();
        core.says(
                core.child(),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}");
        assertThat(isReady(core)).isTrue();
        assertThat(core.pool.stats().capacity()).isEqualTo(1);
    }

    @Test
    void anotherErrorOrAnAnswerThatCanNotBeUsedEndsTheStart() {
        options.rpc = true;
        ScriptedCore core = options.start();
        core.says(core.child(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"no\"}}");
        core.advance(Duration.ofSeconds(1));
        core.says(core.child(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"concurrency\":0}}");
        assertThat(core.counts.deaths).containsExactly(DeathReason.STARTUP, DeathReason.STARTUP);
    }

    @Test
    void whatTheProgramSaysOfItsFailedStartNeverReachesCallers() {
        options.rpc = true;
        options.giveUpAfter = 1;
        ScriptedCore core = options.start();
        core.says(
                core.child(),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"password=hunter2\"}}");
        assertThat(core.pool.gaveUp().result().detailed()).contains("it could not initialize: password=hunter2");
        String told = core.dispatcher.health().reason();
        assertThat(told).endsWith("the last one: it could not initialize (see the adapter's log)");
        assertThat(core.ask("{}").failure()).hasMessage(told);
    }

    @Test
    void aProgramThatCanNotBeStartedIsTriedAgainAndThenGivenUp() {
        ScriptedCore core = options.start();
        core.ends(core.child(), 1);
        core.children.failStarts("no such file");
        core.advance(Duration.ofMinutes(1));
        assertThat(core.pool.gaveUp().result().detailed()).contains("5 starts in a row", "no such file");
        assertThat(core.pool.gaveUp().result().reason())
                .contains("5 starts in a row", "the program could not be started (see the adapter's log)")
                .doesNotContain("no such file");
        assertThat(core.ask("{}").failure().kind()).isEqualTo(FailureKind.NOT_READY);
    }

    @Test
    void aStartThatIsCalledOffNeverBecomesReady() {
        options.settle = Duration.ofMillis(300);
        ScriptedCore core = options.start();
        core.child().ignore("TERM");
        core.dispatcher.terminate();
        core.advance(Duration.ofSeconds(1));
        assertThat(core.counts.ready).isZero();
        assertThat(isReady(core)).isFalse();
    }
}
