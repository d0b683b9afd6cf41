package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several requests as one, for a program that knows nothing of batches. */
class MergingTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();
    private final List<Asked> asked = new ArrayList<>();

    @BeforeEach
    void merge() {
        options.mergesBatches = true;
        options.batchMaxSize = 4;
        options.batchMaxDelay = Duration.ofMillis(2);
        options.orderCheck = Duration.ZERO;
        options.backOff = Duration.ofMillis(1);
    }

    /** The first goes alone; the others wait, and go when it is answered. */
    private ScriptedCore askAfterOne(List<Asked> asked, String... bodies) {
        ScriptedCore core = options.start();
        Asked first = core.ask("{\"instances\":[0]}");
        for (String body : bodies) {
            asked.add(core.ask(body));
        }
        core.says(core.child(), "{\"predictions\":[0]}");
        first.answer();
        core.advance(Duration.ofMillis(2));
        return core;
    }

    @Test
    void theInstancesOfAllGoAsThoseOfOneAndEachGetsTheOwnPredictions() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[ {\"a\":[1, 2]} ,3]}", " {\"instances\" : [4]}");
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[{\"a\":[1, 2]} ,3,4]}");
        core.says(core.child(), "{\"model\": \"m\", \"predictions\": [ [10],  11, {\"b\":12}], \"x\":1}");
        assertThat(asked.get(0).answer()).isEqualTo("{\"model\": \"m\", \"predictions\": [[10],  11], \"x\":1}");
        assertThat(asked.get(1).answer()).isEqualTo("{\"model\": \"m\", \"predictions\": [{\"b\":12}], \"x\":1}");
        assertThat(asked.get(1).call.timings().batchSize()).isEqualTo(2);
        assertThat(core.counts.batches).containsExactly(1, 2);
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void bodiesWithOtherMembersOrNoInstancesGoAloneAndInTheirTurn() {
        ScriptedCore core = askAfterOne(
                asked,
                "{\"instances\":[1]}",
                "{\"instances\":[2],\"explain\":true}",
                "{\"instances\":[]}",
                "[3]",
                "{\"instances\":[4]}",
                "{\"instances\":[5]}");
        for (int i = 0; i < 5; i++) {
            core.says(core.child(), "{\"predictions\":[" + (i < 4 ? "1" : "1,2") + "]}");
            core.advance(Duration.ofMillis(2));
        }
        assertThat(core.child().received())
                .containsExactly(
                        "{\"instances\":[0]}",
                        "{\"instances\":[1]}",
                        "{\"instances\":[2],\"explain\":true}",
                        "{\"instances\":[]}",
                        "[3]",
                        "{\"instances\":[4,5]}");
        assertThat(asked).allMatch(Asked::isOver);
    }

    @Test
    void aWrongNumberOfPredictionsFailsAll() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}");
        core.says(core.child(), "{\"predictions\":[1,2,3]}");
        assertThat(asked).allSatisfy(each -> {
            assertThat(each.failure().kind()).isEqualTo(FailureKind.BAD_REPLY);
            assertThat(each.failure())
                    .hasMessageContaining("has 3 predictions for 2 instances, so it can't be told whose they are");
        });
        Asked next = core.ask("{\"instances\":[3]}");
        core.says(core.child(), "{\"predictions\":[3]}");
        assertThat(next.answer()).isEqualTo("{\"predictions\":[3]}");
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void anErrorGoesToAllWithThatSaid() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}");
        core.says(core.child(), "{\"error\":{\"code\":422,\"message\":\"km\"}}");
        assertThat(asked).allSatisfy(each -> {
            assertThat(each.failure().status()).isEqualTo(422);
            assertThat(each.failure())
                    .hasMessageContaining(
                            "km (2 calls went to the program as one, --batch=instances, so this may be the"
                                    + " fault of another one; --retry-on-worker-loss repeats each of them alone)");
        });
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void whereTheyMayBeRepeatedEachIsTriedAlone() {
        options.retryOnWorkerLoss = true;
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}");
        core.says(core.child(), "{\"error\":\"one of them\"}");
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[1]}");
        core.says(core.child(), "{\"error\":{\"code\":422,\"message\":\"km\"}}");
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[2]}");
        core.says(core.child(), "{\"predictions\":[2]}");
        assertThat(asked.get(0).failure()).hasMessage("km");
        assertThat(asked.get(1).answer()).isEqualTo("{\"predictions\":[2]}");
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void whoLeavesGetsNothingAndTheOthersTheirOwn() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2,3]}", "{\"instances\":[4]}");
        asked.get(1).cancel();
        core.says(core.child(), "{\"predictions\":[1,2,3,4]}");
        assertThat(asked.get(0).answer()).isEqualTo("{\"predictions\":[1]}");
        assertThat(asked.get(2).answer()).isEqualTo("{\"predictions\":[4]}");
        assertThat(core.counts.lateReplies).isEqualTo(1);
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void whereAllLeaveThePlaceIsKeptUntilTheAnswer() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}");
        asked.forEach(Asked::cancel);
        Asked next = core.ask("{\"instances\":[3]}");
        core.says(core.child(), "{\"predictions\":[1,2]}");
        core.advance(Duration.ofMillis(2));
        core.says(core.child(), "{\"predictions\":[3]}");
        assertThat(next.answer()).isEqualTo("{\"predictions\":[3]}");
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void whatWasReadByAProgramThatDiesFailsAndWhatWasNotGoesOn() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}");
        core.ends(core.child(), 1);
        assertThat(asked).allSatisfy(each -> {
            assertThat(each.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(each.failure()).hasMessageContaining("2 calls went to it as one");
        });
        core.advance(Duration.ofSeconds(1));
        core.child().stopReading();
        Asked unread = core.ask("{\"instances\":[3]}");
        core.ends(core.child(), 1);
        core.advance(Duration.ofSeconds(1));
        core.says(core.child(), "{\"predictions\":[3]}");
        assertThat(unread.answer()).isEqualTo("{\"predictions\":[3]}");
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void aPoisonTakesNobodyDownTwice() {
        options.retryOnWorkerLoss = true;
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}");
        core.ends(core.child(), 1);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.child().received()).containsExactly("{\"instances\":[1]}");
        core.ends(core.child(), 1);
        core.advance(Duration.ofSeconds(1));
        assertThat(core.child().received()).containsExactly("{\"instances\":[2]}");
        core.says(core.child(), "{\"predictions\":[2]}");
        assertThat(asked.get(0).failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
        assertThat(asked.get(1).answer()).isEqualTo("{\"predictions\":[2]}");
        assertThat(core.budget.used()).isZero();
    }

    @Test
    void withoutMemoryForTheJointBodyTheFirstGoesAlone() {
        ScriptedCore core = options.start();
        core.ask("{\"instances\":[0]}");
        String padded = "{\"instances\":[\"" + "x".repeat(20_000) + "\"]}";
        core.ask(padded);
        core.ask(padded);
        core.budget.reserve(core.budget.limit() - core.budget.used() - ReplyShares.SHARE - 100);
        core.says(core.child(), "{\"predictions\":[0]}");
        core.advance(Duration.ofMillis(2));
        assertThat(core.child().lastReceived()).isEqualTo(padded);
    }

    @Test
    void eachOfThemIsInFlightAndCountsForTheLimitOfRequests() {
        options.maxRequests = 4;
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2,3]}");
        assertThat(core.pool.stats().inFlight()).isEqualTo(2);
        asked.get(0).cancel();
        assertThat(core.pool.stats().inFlight())
                .as("its answer is still to come")
                .isEqualTo(2);
        core.says(core.child(), "{\"predictions\":[1,2,3]}");
        assertThat(core.pool.stats().inFlight()).isZero();
        assertThat(core.counts.starts).isEqualTo(1);
        core.ask("{\"instances\":[4]}");
        core.advance(Duration.ofMillis(2));
        core.says(core.child(), "{\"predictions\":[4]}");
        core.loop.turn();
        assertThat(core.counts.starts).as("four calls were three lines").isEqualTo(2);
        assertThat(core.counts.answered).isEqualTo(4);
    }

    /** Those that are in flight on a line of which the child has got nothing, because it does not read. */
    private ScriptedCore askBehindALargeOne(String... bodies) {
        options.maxInFlight = 2;
        ScriptedCore core = options.start();
        core.ask("{\"instances\":[0]}");
        core.ask("{\"instances\":[0]}");
        core.ask("{\"instances\":[\"" + "x".repeat(70_000) + "\"]}");
        core.child().stopReading();
        core.says(core.child(), "{\"predictions\":[0]}");
        for (String body : bodies) {
            asked.add(core.ask(body, Duration.ofSeconds(asked.size() + 1)));
        }
        core.says(core.child(), "{\"predictions\":[0]}");
        core.advance(Duration.ofMillis(2));
        assertThat(core.dispatcher.stats().queued()).isZero();
        assertThat(core.pool.stats().inFlight()).isEqualTo(1 + bodies.length);
        return core;
    }

    /** It reads on, and answers the large one. */
    private static void readOn(ScriptedCore core) {
        core.child().resumeReading();
        core.loop.turn();
        core.says(core.child(), "{\"predictions\":[\"large\"]}");
    }

    @Test
    void whoLeavesBeforeTheLineHasBegunIsTakenOutOfIt() {
        ScriptedCore core = askBehindALargeOne("{\"instances\":[1]}", "{\"instances\":[2,3]}", "{\"instances\":[4]}");
        asked.get(1).cancel();
        assertThat(core.pool.stats().inFlight()).isEqualTo(3);
        readOn(core);
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[1,4]}");
        core.says(core.child(), "{\"predictions\":[10,40]}");
        assertThat(asked.get(0).answer()).isEqualTo("{\"predictions\":[10]}");
        assertThat(asked.get(2).answer()).isEqualTo("{\"predictions\":[40]}");
        assertThat(asked.get(2).call.timings().batchSize()).isEqualTo(2);
        assertThat(core.counts.lateReplies).isZero();
        assertThat(core.pool.stats().inFlight()).isZero();
    }

    @Test
    void whoseDeadlinePassesBeforeTheLineHasBegunIsTakenOutOfIt() {
        ScriptedCore core = askBehindALargeOne("{\"instances\":[1]}", "{\"instances\":[2]}", "{\"instances\":[3]}");
        core.advance(Duration.ofSeconds(2));
        assertThat(asked.get(0).failure().kind()).isEqualTo(FailureKind.DEADLINE);
        assertThat(asked.get(1).failure().kind()).isEqualTo(FailureKind.DEADLINE);
        readOn(core);
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[3]}");
        core.says(core.child(), "{\"predictions\":[30]}");
        assertThat(asked.get(2).answer()).isEqualTo("{\"predictions\":[30]}");
    }

    @Test
    void ifAllLeaveBeforeTheLineHasBegunItIsNotSent() {
        ScriptedCore core = askBehindALargeOne("{\"instances\":[1]}", "{\"instances\":[2]}");
        long held = core.budget.used();
        asked.forEach(Asked::cancel);
        assertThat(core.budget.used()).isLessThan(held);
        assertThat(core.pool.stats().inFlight()).isEqualTo(1);
        readOn(core);
        assertThat(String.join("", core.child().received()))
                .doesNotContain("[1")
                .doesNotContain("2]");
        Asked next = core.ask("{\"instances\":[3]}");
        core.advance(Duration.ofMillis(2));
        core.says(core.child(), "{\"predictions\":[30]}");
        assertThat(next.answer()).isEqualTo("{\"predictions\":[30]}");
    }

    @Test
    void thoseWhoStayedGoOnIfTheProgramDiesBeforeTheLineHasBegun() {
        ScriptedCore core = askBehindALargeOne("{\"instances\":[1]}", "{\"instances\":[2]}", "{\"instances\":[3]}");
        asked.get(0).cancel();
        core.ends(core.child(), 1);
        core.advance(Duration.ofMillis(500));
        assertThat(core.children.all()).hasSize(2);
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[2,3]}");
        core.says(core.child(), "{\"predictions\":[20,30]}");
        assertThat(asked.get(1).answer()).isEqualTo("{\"predictions\":[20]}");
        assertThat(asked.get(2).answer()).isEqualTo("{\"predictions\":[30]}");
        assertThat(core.pool.stats().inFlight()).isZero();
    }

    @Test
    void withoutMemoryForAShorterLineWhoLeavesStaysOnIt() {
        ScriptedCore core = askBehindALargeOne("{\"instances\":[1]}", "{\"instances\":[2]}");
        long left = core.budget.limit() - core.budget.used() + ReplyShares.SHARE - 10;
        core.budget.reserve(left);
        asked.get(0).cancel();
        core.budget.release(left);
        readOn(core);
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[1,2]}");
        core.says(core.child(), "{\"predictions\":[10,20]}");
        assertThat(asked.get(1).answer()).isEqualTo("{\"predictions\":[20]}");
        assertThat(core.counts.lateReplies).isEqualTo(1);
    }

    @Test
    void asManyAsMayGoTogetherGoAtOnceAndOneFewerWaits() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}", "{\"instances\":[3]}");
        for (int n = 4; n <= 7; n++) {
            core.ask("{\"instances\":[" + n + "]}");
        }
        core.says(core.child(), "{\"predictions\":[1,2,3]}");
        assertThat(core.child().lastReceived()).as("four are full").isEqualTo("{\"instances\":[4,5,6,7]}");
        core.says(core.child(), "{\"predictions\":[4,5,6,7]}");
        core.advance(Duration.ofMillis(3));
        core.ask("{\"instances\":[8]}");
        core.advance(Duration.ofMillis(2).minusNanos(1));
        assertThat(core.child().received()).hasSize(3);
        core.advance(Duration.ofNanos(1));
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[8]}");
    }

    @Test
    void aDeadlineThatPassesInTheQueueIsNotSent() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}", "{\"instances\":[3]}");
        Asked late = core.ask("{\"instances\":[4]}", Duration.ofMillis(50));
        core.ask("{\"instances\":[5]}");
        core.advance(Duration.ofMillis(50));
        assertThat(late.failure().kind()).isEqualTo(FailureKind.DEADLINE);
        core.says(core.child(), "{\"predictions\":[1,2,3]}");
        core.advance(Duration.ofMillis(2));
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[5]}");
    }

    @Test
    void aDeadlineThatIsNearEndsTheWait() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}", "{\"instances\":[3]}");
        core.says(core.child(), "{\"predictions\":[1,2,3]}");
        core.advance(Duration.ofMillis(3));
        core.ask("{\"instances\":[4]}");
        assertThat(core.child().received()).as("three were there before").hasSize(2);
        core.ask("{\"instances\":[5]}", Duration.ofMillis(2));
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[4,5]}");
    }

    @Test
    void oneThatLeavesWhileItsBatchWaitsIsNotSent() {
        ScriptedCore core = askAfterOne(asked, "{\"instances\":[1]}", "{\"instances\":[2]}", "{\"instances\":[3]}");
        core.says(core.child(), "{\"predictions\":[1,2,3]}");
        core.advance(Duration.ofMillis(3));
        Asked leaves = core.ask("{\"instances\":[4]}");
        core.ask("{\"instances\":[5]}");
        leaves.cancel();
        core.advance(Duration.ofMillis(2));
        assertThat(core.child().lastReceived()).isEqualTo("{\"instances\":[5]}");
    }
}
