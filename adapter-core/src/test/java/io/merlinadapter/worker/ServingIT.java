package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.protocol.JsonLines;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** One real child behind the dispatcher: what becomes of each kind of answer, and of none. */
class ServingIT {
    private static final Duration SOON = Duration.ofMillis(300);

    private final CoreHarness.Options options = new CoreHarness.Options();

    @Test
    void aRequestIsAnsweredWithTheProgramsLine() {
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer("{\"do\":[[\"write\",\"{\\\"a\\\" : 1.50}\\n\"]]}"))
                    .isEqualTo("{\"a\" : 1.50}");
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void lineBreaksInABodyDoNotSplitIt() {
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer("{\r\n \"token\":\r7\n}")).startsWith("{\"token\":7,");
        }
    }

    @Test
    void everyCallerGetsItsOwnAnswerFromTwoWorkers() {
        options.workers = 2;
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 900; i++) {
                answers.add(rig.predict("{\"token\":" + i + "}"));
            }
            Set<String> workers = new HashSet<>();
            for (int i = 0; i < answers.size(); i++) {
                String answer = rig.await(answers.get(i));
                assertThat(answer).startsWith("{\"token\":" + i + ",");
                workers.add(answer.replaceAll(".*\"worker\":(\\d).*", "$1"));
            }
            assertThat(workers).containsExactlyInAnyOrder("0", "1");
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void largeBodiesAndAnswersPassThrough() {
        try (CoreHarness rig = options.serve()) {
            String large = "x".repeat(5 << 20);
            assertThat(rig.answer("{\"token\":\"" + large + "\"}")).startsWith("{\"token\":\"" + large + "\",");
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void otherLinesAreTheProgramsOwnOutput() {
        try (CoreHarness rig = options.serve()) {
            String noise = "[\"write\",\"loading...\\n\\n[1,2]\\n42\\n{'a': 1}\\n\"]";
            assertThat(rig.answer("{\"do\":[" + noise + ",[\"answer\",{\"a\":1}]]}"))
                    .isEqualTo("{\"a\": 1}");
            assertThat(rig.metric("adapter_unusable_lines_total")).isEqualTo(4);
        }
    }

    @Test
    void anErrorIsTheModelsFailure() {
        try (CoreHarness rig = options.serve()) {
            PredictException failure =
                    rig.failure("{\"do\":[[\"answer\",{\"error\":{\"code\":422,\"message\":\"age\"}}]]}");
            assertThat(failure.kind()).isEqualTo(FailureKind.MODEL_FAILED);
            assertThat(failure.status()).isEqualTo(422);
            assertThat(failure).hasMessage("age");
        }
    }

    @Test
    void notANumberIsNamedAtOnce() {
        try (CoreHarness rig = options.serve()) {
            PredictException failure = rig.failure("{\"do\":[[\"write\",\"{\\\"score\\\": NaN}\\n\"]]}");
            assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REPLY);
            assertThat(failure).hasMessageContaining("NaN in \"score\"").hasMessageContaining("--nan=null");
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
        }
    }

    @Test
    void notANumberBecomesNullWhereAskedFor() {
        options.nan = JsonLines.NanPolicy.NULL;
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer("{\"do\":[[\"write\",\"{\\\"a\\\":[NaN,-Infinity,1]}\\n\"]]}"))
                    .isEqualTo("{\"a\":[null,null,1]}");
        }
    }

    @Test
    void anAnswerOverTheLimitFailsAloneAndIsNamed() {
        options.maxReply = 100_000;
        try (CoreHarness rig = options.serve()) {
            String large = "[\"write\",\"{\"],[\"write_many\",[\"x\",200000]],[\"write\",\"\\n\"]";
            PredictException failure = rig.failure("{\"do\":[" + large + "]}");
            assertThat(failure.kind()).isEqualTo(FailureKind.BAD_REPLY);
            assertThat(failure).hasMessageContaining("200001 bytes").hasMessageContaining("--max-reply");
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void aLateAnswerIsDroppedAndItsPlaceHeldUntilItComes() {
        try (CoreHarness rig = options.serve()) {
            String slow = "{\"do\":[[\"sleep\",600],[\"answer\",{\"late\":true}]]}";
            PredictException failure = rig.failure(rig.predict(slow, SOON));
            assertThat(failure.kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(rig.answer("{\"token\":5}")).startsWith("{\"token\":5,");
            assertThat(rig.metric("adapter_late_replies_total")).isEqualTo(1);
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void aRequestThatExpiresInTheQueueNeverReachesTheProgram() {
        try (CoreHarness rig = options.serve()) {
            Future<String> slow = rig.predict("{\"do\":[[\"sleep\",500],[\"answer\",{\"slow\":1}]]}");
            PredictException failure = rig.failure(rig.predict("{\"do\":[[\"exit\",9]]}", Duration.ofMillis(100)));
            assertThat(failure.kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(rig.await(slow)).isEqualTo("{\"slow\": 1}");
            assertThat(rig.answer("{\"token\":1}")).contains("\"token\":1");
            assertThat(rig.metric("adapter_worker_starts_total")).isEqualTo(1);
        }
    }

    @Test
    void aCallerThatLeavesTheQueueIsNotServed() {
        try (CoreHarness rig = options.serve()) {
            Future<String> slow = rig.predict("{\"do\":[[\"sleep\",300],[\"answer\",{\"slow\":1}]]}");
            PredictCall leaving = rig.call("{\"do\":[[\"exit\",9]]}", CoreHarness.PATIENCE);
            leaving.cancel();
            rig.failure(CoreHarness.text(leaving));
            rig.await(slow);
            assertThat(rig.answer("{\"token\":1}")).contains("\"token\":1");
            assertThat(rig.metric("adapter_cancelled_total")).isEqualTo(1);
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void aFullQueueRefusesAndInvitesBack() {
        options.queueSize = 2;
        try (CoreHarness rig = options.serve()) {
            Future<String> slow = rig.predict("{\"do\":[[\"sleep\",300],[\"answer\",{\"slow\":1}]]}");
            Future<String> first = rig.predict("{\"token\":1}");
            Future<String> second = rig.predict("{\"token\":2}");
            PredictException failure = rig.failure("{\"token\":3}");
            assertThat(failure.kind()).isEqualTo(FailureKind.OVERLOADED);
            assertThat(failure.retryAfterSeconds()).isPositive();
            assertThat(failure).hasMessageContaining("--queue-size");
            rig.await(Future.all(slow, first, second));
        }
    }

    @Test
    void aProgramThatNeverReadsHoldsUpNeitherTheLoopNorTheEnd() {
        options.command = CoreHarness.scripted("deaf");
        options.workers = 2;
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(rig.predict("{\"token\":\"" + "x".repeat(300_000) + "\"}", SOON));
            }
            for (Future<String> call : calls) {
                assertThat(rig.failure(call).kind()).isEqualTo(FailureKind.DEADLINE);
            }
        }
    }

    @Test
    void aBodyAndAnAnswerOfTheLargestSizeFitTheBudgetTogether() {
        try (CoreHarness rig = options.serve()) {
            String large = "x".repeat(15 << 20);
            assertThat(rig.answer("{\"token\":\"" + large + "\"}").length()).isGreaterThan(15 << 20);
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void deadlinesThatPassInTheQueueNeverHoldUpTheRest() {
        Random random = new Random(5);
        AtomicLong lastAnswer = new AtomicLong(System.nanoTime());
        AtomicLong longestGap = new AtomicLong();
        long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
        try (CoreHarness rig = options.serve()) {
            List<Future<Void>> callers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Promise<Void> done = Promise.promise();
                callers.add(done.future());
                rig.loop.later(() -> ask(rig, random, end, lastAnswer, longestGap, done));
            }
            rig.await(Future.all(callers));
        }
        assertThat(Duration.ofNanos(longestGap.get())).isLessThan(Duration.ofSeconds(2));
    }

    private static void ask(
            CoreHarness rig,
            Random random,
            long end,
            AtomicLong lastAnswer,
            AtomicLong longestGap,
            Promise<Void> done) {
        long now = System.nanoTime();
        longestGap.accumulateAndGet(now - lastAnswer.get(), Math::max);
        if (now > end) {
            done.complete();
            return;
        }
        Duration patience = Duration.ofMillis(random.nextInt(4) == 0 ? 5000 : 5 + random.nextInt(115));
        rig.predict("{\"do\":[[\"sleep\",10],[\"answer\",{}]]}", patience).onComplete(outcome -> {
            if (outcome.succeeded()) {
                lastAnswer.set(System.nanoTime());
            }
            rig.loop.later(() -> ask(rig, random, end, lastAnswer, longestGap, done));
        });
    }

    @Test
    void theCallerIsToldWhatTheProgramWroteInsteadOfAnAnswer() {
        try (CoreHarness rig = options.serve()) {
            String nothing = "{\"do\":[[\"sleep\",500],[\"answer\",{}]]}";
            assertThat(rig.failure(rig.predict(nothing, SOON))).hasMessageContaining("written nothing to its stdout");
            rig.until(() -> rig.pool.stats().inFlight() == 0);
            String noise = "{\"do\":[[\"write\",\"{\\n}\\n\"],[\"sleep\",3000],[\"answer\",{}]]}";
            assertThat(rig.failure(rig.predict(noise, Duration.ofSeconds(2)))).hasMessageContaining("written 2 lines");
        }
    }
}
