package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.os.Activity;
import io.merlinadapter.os.Activity.Doing;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a new child counts as ready. */
class StartupTest {
    private static final Duration SETTLE = Duration.ofSeconds(1);

    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private static boolean isReady(ScriptedCore core) {
        return core.dispatcher.health().ready();
    }

    /** Starts a program that is seen to do this, and not yet looked at. */
    private ScriptedCore startLooking(Doing doing) {
        options.settle = SETTLE;
        ScriptedCore core = options.start();
        core.child().does(doing);
        return core;
    }

    @Test
    void aProgramThatReadsIsReadyAtTheFirstLook() {
        try (LogCapture log = LogCapture.ofInfo(WorkerPool.class)) {
            ScriptedCore core = startLooking(Doing.READS);
            core.advance(StartWatch.FIRST.minusMillis(1));
            assertThat(isReady(core)).isFalse();
            core.advance(Duration.ofMillis(1));
            assertThat(isReady(core)).isTrue();
            assertThat(core.child().received()).isEmpty();
            assertThat(log.messages())
                    .anyMatch(line ->
                            line.startsWith("worker 0: READY, it waits for a line of input, as was seen after 20 ms;"));
        }
    }

    @Test
    void aProgramThatWorksIsWaitedForUntilTheTimeToStartIsOver() {
        options.startupTimeout = Duration.ofMinutes(2);
        ScriptedCore core = startLooking(Doing.WORKS);
        core.advance(Duration.ofSeconds(119));
        assertThat(isReady(core)).isFalse();
        assertThat(core.counts.deaths).isEmpty();
        try (LogCapture log = new LogCapture(WorkerPool.class)) {
            core.advance(Duration.ofSeconds(1));
            assertThat(log.messages())
                    .anySatisfy(line -> assertThat(line)
                            .contains("it was not seen to wait for its input", "--warmup=@request.json")
                            .contains("within --startup-timeout (2 min)"));
        }
        assertThat(core.counts.deaths).containsExactly(DeathReason.STARTUP);
    }

    @Test
    void aProgramThatReadsAfterItHasWorkedIsReadyThen() {
        ScriptedCore core = startLooking(Doing.WORKS);
        core.advance(Duration.ofSeconds(30));
        core.child().does(Doing.READS);
        core.advance(StartWatch.LONGEST);
        assertThat(isReady(core)).isTrue();
    }

    @Test
    void anEventLoopThatWaitsForInputIsReadyOnceItHasBeenIdle() {
        try (LogCapture warnings = new LogCapture(Startup.class)) {
            ScriptedCore core = startLooking(Doing.WATCHES);
            core.advance(SETTLE);
            assertThat(isReady(core)).isFalse();
            core.advance(StartWatch.LONGEST);
            assertThat(isReady(core)).isTrue();
            assertThat(warnings.messages()).isEmpty();
        }
    }

    @Test
    void whereNothingCanBeSeenAnIdleProgramIsReadyWithAWarningThatSaysHowToDoBetter() {
        try (LogCapture warnings = new LogCapture(Startup.class)) {
            ScriptedCore core = startLooking(Doing.UNKNOWN);
            core.advance(SETTLE.plus(StartWatch.LONGEST));
            assertThat(isReady(core)).isTrue();
            assertThat(warnings.messages())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains("it can't be seen whether it waits for input", "idle for 1 s (--settle)")
                            .contains("--warmup=@request.json"));
        }
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void aProgramThatComputesOrGrowsBetweenTheLooksIsNotIdle(boolean computes, boolean grows) {
        ScriptedCore core = startLooking(Doing.UNKNOWN);
        for (int i = 1; i <= 100; i++) {
            core.child().does(new Activity(Doing.UNKNOWN, computes ? i * 60_000_000L : 0, grows ? i * (2L << 20) : 0));
            core.advance(StartWatch.LONGEST);
        }
        assertThat(isReady(core)).isFalse();
        core.advance(SETTLE.plus(StartWatch.LONGEST));
        assertThat(isReady(core)).isTrue();
    }

    @Test
    void aThreadThatLooksAtTheClockNowAndThenIsNoWork() {
        ScriptedCore core = startLooking(Doing.WATCHES);
        for (int i = 1; i <= 7; i++) {
            core.child().does(new Activity(Doing.WATCHES, i * 5_000_000L, i * 1000L));
            core.advance(StartWatch.LONGEST);
        }
        assertThat(isReady(core)).isTrue();
    }

    @Test
    void aProgramThatSleepsIsNeverReadyAndThatIsSaid() {
        try (LogCapture warnings = new LogCapture(Startup.class)) {
            ScriptedCore core = startLooking(Doing.ELSEWHERE);
            core.advance(Duration.ofMinutes(4));
            assertThat(isReady(core)).isFalse();
            assertThat(warnings.messages())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains(
                                    "it is idle, but does not wait for a line on its stdin",
                                    "--startup-timeout=5 min"));
        }
    }

    /** Without what tests beside this one log. */
    private static List<String> ofPort(LogCapture log) {
        return log.messages().stream().filter(line -> line.contains("8777")).toList();
    }

    @Test
    void aProgramThatListensOnAPortIsToldSoAfterThreeSecondsAndNothingElse() {
        try (LogCapture ports = new LogCapture(SilenceLog.class);
                LogCapture other = new LogCapture(Startup.class)) {
            ScriptedCore core = startLooking(Doing.ELSEWHERE);
            core.child().listensOn(8777);
            core.advance(Startup.ELSEWHERE.minus(StartWatch.LONGEST));
            assertThat(ofPort(ports)).isEmpty();
            core.advance(Duration.ofMinutes(4));
            assertThat(ofPort(ports))
                    .containsExactly(
                            "worker 0: it is idle, does not wait for a line on its stdin, and listens on port 8777: does"
                                    + " it wait for HTTP? A program must read lines from its stdin and write its replies to stdout; for"
                                    + " one that listens for lines, set --channel=connect:tcp:127.0.0.1:8777");
            assertThat(other.messages()).isEmpty();
        }
    }

    @Test
    void aProgramThatListensOnAPortAfterAWhileIsToldSoLater() {
        try (LogCapture ports = new LogCapture(SilenceLog.class);
                LogCapture other = new LogCapture(Startup.class)) {
            ScriptedCore core = startLooking(Doing.ELSEWHERE);
            core.advance(Startup.ELSEWHERE.plusSeconds(1));
            core.child().listensOn(8777);
            core.advance(Startup.LONG_ELSEWHERE);
            assertThat(ofPort(ports)).singleElement().asString().contains("listens on port 8777");
            assertThat(other.messages()).isEmpty();
        }
    }

    @Test
    void aProgramThatDiesWhileItIsLookedAtIsNotReady() {
        ScriptedCore core = startLooking(Doing.UNKNOWN);
        core.children.onStart(child -> child.does(Doing.WORKS));
        core.advance(SETTLE.dividedBy(2));
        core.ends(core.child(), 3);
        core.advance(SETTLE.dividedBy(2));
        assertThat(core.counts.ready).isZero();
        assertThat(core.counts.deaths).containsExactly(DeathReason.STARTUP);
    }

    @Test
    void aProgramThatHasAnsweredBeforeIsWaitedForButNeedNotBeSeenToRead() {
        ScriptedCore core = startLooking(Doing.READS);
        core.advance(StartWatch.FIRST);
        Asked asked = core.ask("{}");
        core.says(core.child(), "{}");
        asked.answer();
        core.children.onStart(child -> child.does(Doing.WORKS));
        core.ends(core.child(), 1);
        core.advance(Duration.ofSeconds(30));
        assertThat(core.counts.starts).isEqualTo(2);
        assertThat(isReady(core)).isFalse();
        core.child().does(Doing.ELSEWHERE);
        core.advance(SETTLE.plus(StartWatch.LONGEST.multipliedBy(2)));
        assertThat(isReady(core)).isTrue();
    }

    @Test
    void looksBecomeRareAndEndWithTheStart() {
        ScriptedCore core = startLooking(Doing.WORKS);
        core.advance(Duration.ofSeconds(20));
        assertThat(core.child().looks()).isBetween(90, 120);
        core.child().does(Doing.READS);
        core.advance(StartWatch.LONGEST);
        int looks = core.child().looks();
        core.advance(Duration.ofMinutes(1));
        assertThat(core.child().looks()).isEqualTo(looks);
    }

    @Test
    void nothingIsLookedAtWhereAnAnswerOrAConnectionIsTheProof() {
        options.settle = SETTLE;
        options.warmup = "{}";
        ScriptedCore core = options.start();
        // Later its silence would be looked into.
        core.advance(SilenceWatch.INTERVAL);
        assertThat(core.child().looks()).isZero();
    }

    @Test
    void withoutASettlingTimeWhateverRunsIsReady() {
        ScriptedCore core = options.start();
        assertThat(isReady(core)).isTrue();
        assertThat(core.child().looks()).isZero();
    }

    @Test
    void aWarmUpThatTheProgramDiesOfIsNamed() {
        options.warmup = "{\"instances\": []}\n";
        options.giveUpAfter = 1;
        ScriptedCore core = options.start();
        core.child().writeToStderr("Traceback", "ValueError: at least one array is required");
        core.ends(core.child(), 1);
        WorkerPool.GaveUp why = core.pool.gaveUp().result();
        assertThat(why.detailed())
                .isEqualTo(
                        "1 start in a row ended without a single answer (--give-up-after=1); the last one: it ended with"
                                + " exit code 1 while it had the warm-up request (--warmup): the request was {\"instances\": []};"
                                + " its last line on stderr: ValueError: at least one array is required");
        assertThat(why.reason())
                .endsWith(
                        "it ended with exit code 1 while it had the warm-up request (--warmup) (see the adapter's log)");
    }

    @Test
    void aProgramThatStopsAtALargeRequestIsToldOfReadersWithALimit() {
        options.warmup = "{\"text\":\"" + "x".repeat(Silence.LINE_LIMIT) + "\"}";
        options.giveUpAfter = 1;
        ScriptedCore core = options.start();
        core.ends(core.child(), 0);
        assertThat(core.pool.gaveUp().result().detailed())
                .contains("must read lines until its stdin ends. The request has 65547 bytes: a reader")
                .contains("(64 KiB), stops at it; it had the warm-up request (--warmup): the request was {");
    }

    @Test
    void aWarmUpThatTheProgramDidNotReadIsNotBlamed() {
        options.warmup = "{}";
        options.giveUpAfter = 2;
        ScriptedCore core = options.start();
        core.children.onStart(ScriptedChild::stopReading);
        core.ends(core.child(), 1);
        core.advance(Duration.ofMillis(150));
        core.ends(core.child(), 1);
        assertThat(core.pool.gaveUp().result().detailed()).endsWith("the last one: it ended with exit code 1");
    }

    @Test
    void anOpenChannelIsProofEnoughWhereTheTransportSaysSo() {
        options.settle = SETTLE;
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
        try (LogCapture log = new LogCapture(WorkerPool.class)) {
            core.says(core.child(), "{\"error\":\"no model\"}");
            assertThat(log.messages())
                    .anySatisfy(line -> assertThat(line)
                            .contains("the warm-up request (--warmup) failed: no model; the request was {}"));
        }
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
        ScriptedCore core = startLooking(Doing.UNKNOWN);
        core.child().ignore("TERM");
        core.dispatcher.terminate();
        core.advance(Duration.ofSeconds(1));
        assertThat(core.counts.ready).isZero();
        assertThat(isReady(core)).isFalse();
    }
}
