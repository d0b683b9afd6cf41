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
}
