package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which reply is for which request, how long each is waited for, and what becomes of them when the child is gone. */
class PipelineTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();

    @Nested
    class ByOrder {
        @Test
        void aReplyIsForTheRequestThatWasSentFirst() {
            options.maxInFlight = 3;
            options.orderCheck = Duration.ZERO;
            ScriptedCore core = options.start();
            Asked first = core.ask("{\"n\":1}");
            Asked second = core.ask("{\"n\":2}");
            Asked third = core.ask("{\"n\":3}");
            assertThat(core.child().received()).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
            core.says(core.child(), "{\"a\":1}", "{\"a\":2}");
            assertThat(first.answer()).isEqualTo("{\"a\":1}");
            assertThat(second.answer()).isEqualTo("{\"a\":2}");
            assertThat(third.isOver()).isFalse();
            core.says(core.child(), "{\"a\":3}");
            assertThat(third.answer()).isEqualTo("{\"a\":3}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void aChildHasOneRequestAtATimeUnlessMoreAreAskedFor() {
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            core.ask("{\"n\":2}");
            assertThat(core.child().received()).hasSize(1);
        }

        @Test
        void aReplyToALateRequestIsDroppedAndCountedAndGoesToNobodyElse() {
            ScriptedCore core = options.start();
            Asked late = core.ask("{\"n\":1}", Duration.ofMillis(50));
            Asked next = core.ask("{\"n\":2}");
            core.advance(Duration.ofMillis(50));
            assertThat(late.failure().kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(core.child().received()).hasSize(1);
            core.says(core.child(), "{\"a\":1}");
            core.advance(Duration.ofMillis(100));
            assertThat(core.counts.lateReplies).isEqualTo(1);
            core.says(core.child(), "{\"a\":2}");
            assertThat(next.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void aReplyThatNobodyWaitsForHasTheWorkerReplaced() {
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            Asked asked = core.ask("{}");
            core.says(child, "{\"a\":1}");
            assertThat(asked.answer()).isEqualTo("{\"a\":1}");
            core.says(child, "{\"surplus\":1}");
            assertThat(child.signals()).containsExactly("TERM");
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
        }

        @Test
        void whatAChildWritesBeforeItHasReadTheRequestIsNoReplyToIt() {
            ScriptedCore core = options.start();
            Asked first = core.ask("{}");
            core.says(core.child(), "{\"a\":1}");
            first.answer();
            core.advance(Duration.ofMillis(100));
            ScriptedChild child = core.child();
            child.stopReading();
            Asked second = core.ask("{}");
            core.says(child, "{\"stray\":1}");
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
            assertThat(second.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
        }

        @Test
        void aChildIsLeftIdleAfterItsFirstReplyAndTheNextRequestWaitsThatLong() {
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            Asked next = core.ask("{\"n\":2}");
            core.says(core.child(), "{}");
            assertThat(core.child().received()).hasSize(1);
            core.advance(Duration.ofMillis(99));
            assertThat(core.child().received()).hasSize(1);
            core.advance(Duration.ofMillis(1));
            assertThat(core.child().received()).hasSize(2);
            assertThat(next.isOver()).isFalse();
        }
    }

    @Nested
    class ById {
        private ScriptedCore serve(String capabilities) {
            options.rpc = true;
            options.maxInFlight = 256;
            ScriptedCore core = options.start();
            core.says(core.child(), "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + capabilities + "}");
            return core;
        }

        private static String reply(int id, String result) {
            return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
        }

        @Test
        void repliesMayComeInAnyOrder() {
            ScriptedCore core = serve("{\"concurrency\":2}");
            Asked first = core.ask("{}");
            Asked second = core.ask("{}");
            core.says(core.child(), reply(3, "{\"a\":2}"), reply(2, "{\"a\":1}"));
            assertThat(first.answer()).isEqualTo("{\"a\":1}");
            assertThat(second.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void aChildHasAsManyRequestsAsItSaysThatItCanDo() {
            ScriptedCore core = serve("{\"concurrency\":2}");
            core.ask("{}");
            core.ask("{}");
            core.ask("{}");
            assertThat(core.child().received()).hasSize(3);
            core.says(core.child(), reply(2, "{}"));
            assertThat(core.child().received()).hasSize(4);
        }

        @Test
        void anUnknownOrRepeatedIdHarmsNobodyAndIsCounted() {
            ScriptedCore core = serve("{\"concurrency\":2}");
            Asked asked = core.ask("{}");
            core.says(
                    core.child(), reply(77, "{\"x\":1}"), reply(1, "{\"x\":2}"), reply(2, "{\"a\":1}"), reply(2, "{}"));
            assertThat(asked.answer()).isEqualTo("{\"a\":1}");
            assertThat(core.counts.unusableLines).isEqualTo(3);
            assertThat(core.counts.deaths).isEmpty();
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void anErrorWithoutAnIdIsForTheOnlyRequestThereIs() {
            ScriptedCore core = serve("{\"concurrency\":2}");
            Asked sole = core.ask("{}");
            String error = "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":422,\"message\":\"no\"}}";
            core.says(core.child(), error);
            assertThat(sole.failure().status()).isEqualTo(422);
            Asked one = core.ask("{}");
            Asked other = core.ask("{}");
            core.says(core.child(), error);
            assertThat(one.isOver() || other.isOver()).isFalse();
        }

        @Test
        void aCallerThatGoesAwayIsCancelledAtAChildThatWantsToKnow() {
            ScriptedCore core = serve("{\"concurrency\":2,\"cancel\":true}");
            Asked asked = core.ask("{}");
            asked.cancel();
            assertThat(core.child().lastReceived()).contains("\"method\":\"cancel\"", "\"id\":2");
            assertThat(core.counts.callersGone).isEqualTo(1);
            core.says(core.child(), reply(2, "{}"));
            assertThat(core.counts.lateReplies).isEqualTo(1);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void theRequestOfACallerThatGoesAwayBeforeItIsWrittenIsTakenBack() {
            ScriptedCore core = serve("{\"concurrency\":2,\"cancel\":true}");
            Asked asked = core.askInTheSameTurn("{\"never\":1}", ScriptedCore.TIMEOUT);
            asked.call.cancel();
            core.loop.turn();
            assertThat(core.child().received()).hasSize(1);
            assertThat(core.pool.stats().inFlight()).isZero();
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void aPlaceThatIsNeverAnsweredStaysTakenAndTheWorkerIsReplacedWhenHalfAreLost() {
            options.hangTimeout = Duration.ofHours(1);
            ScriptedCore core = serve("{\"concurrency\":4}");
            ScriptedChild child = core.child();
            core.ask("{}", Duration.ofSeconds(1));
            core.advance(options.requestTimeout.plus(options.abandonAfter));
            assertThat(core.counts.abandoned).isEqualTo(1);
            assertThat(core.counts.deaths).isEmpty();
            assertThat(core.pool.stats().inFlight()).isEqualTo(1);
            core.ask("{}", Duration.ofSeconds(1));
            core.advance(options.requestTimeout.plus(options.abandonAfter));
            assertThat(core.counts.abandoned).isEqualTo(2);
            assertThat(child.signals()).isNotEmpty();
        }
    }

    @Nested
    class WhenTheChildDies {
        @Test
        void whatItHadReadFailsAndWhatItHadNotGoesToItsSuccessor() {
            options.maxInFlight = 2;
            options.orderCheck = Duration.ZERO;
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            Asked read = core.ask("{\"n\":1}");
            child.stopReading();
            Asked unread = core.ask("{\"n\":2}");
            core.ends(child, 1);
            assertThat(read.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(read.failure()).hasMessageContaining("exit code 1");
            assertThat(unread.isOver()).isFalse();
            core.advance(Duration.ofSeconds(1));
            assertThat(core.child()).isNotSameAs(child);
            assertThat(core.child().received()).containsExactly("{\"n\":2}");
            core.says(core.child(), "{\"a\":2}");
            assertThat(unread.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void whatComesBackKeepsItsOrderAndGoesBeforeWhatWaits() {
            options.maxInFlight = 3;
            options.orderCheck = Duration.ZERO;
            ScriptedCore core = options.start();
            core.child().stopReading();
            core.askInTheSameTurn("{\"n\":1}", ScriptedCore.TIMEOUT);
            core.askInTheSameTurn("{\"n\":2}", ScriptedCore.TIMEOUT);
            core.askInTheSameTurn("{\"n\":3}", ScriptedCore.TIMEOUT);
            core.ask("{\"n\":4}");
            core.ends(core.child(), 1);
            core.advance(Duration.ofSeconds(1));
            assertThat(core.child().received()).containsExactly("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
        }

        @Test
        void whatMayBeRepeatedIsRepeatedOnce() {
            options.retryOnWorkerLoss = true;
            ScriptedCore core = options.start();
            Asked asked = core.ask("{\"n\":1}");
            core.ends(core.child(), 1);
            core.advance(Duration.ofSeconds(1));
            assertThat(core.child().received()).containsExactly("{\"n\":1}");
            core.ends(core.child(), 1);
            core.advance(Duration.ofSeconds(1));
            assertThat(asked.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(core.child().received()).isEmpty();
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void aReplyThatWasReadBeforeTheEndStillCounts() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.child().write("{\"last\":1}");
            core.ends(core.child(), 0);
            assertThat(asked.answer()).isEqualTo("{\"last\":1}");
        }

        @Test
        void aRequestThatNobodyWaitsForDoesNotComeBack() {
            options.retryOnWorkerLoss = true;
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}", Duration.ofMillis(10));
            core.advance(Duration.ofMillis(10));
            core.ends(core.child(), 1);
            core.advance(Duration.ofSeconds(1));
            assertThat(core.child().received()).isEmpty();
            assertThat(core.budget.used()).isZero();
        }
    }

    @Nested
    class WhenAnAnswerDoesNotCome {
        @Test
        void aSilentChildIsHungAfterTheRequestAndTheHangTimeout() {
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            Asked asked = core.ask("{}");
            core.advance(Duration.ofSeconds(30));
            assertThat(asked.failure().kind()).isEqualTo(FailureKind.DEADLINE);
            core.advance(Duration.ofSeconds(29));
            assertThat(child.signals()).isEmpty();
            core.advance(Duration.ofSeconds(2));
            assertThat(child.signals()).startsWith("TERM");
            assertThat(core.counts.deaths).containsExactly(DeathReason.HANG);
        }

        @Test
        void aChildThatWritesIsSlowAndNotHung() {
            options.abandonAfter = Duration.ofHours(1);
            ScriptedCore core = options.start();
            core.ask("{}");
            for (int i = 0; i < 20; i++) {
                core.advance(Duration.ofSeconds(20));
                core.says(core.child(), "still at it");
            }
            assertThat(core.counts.deaths).isEmpty();
        }

        @Test
        void whatItWritesToItsStderrIsNoSignOfLife() {
            ScriptedCore core = options.start();
            core.ask("{}");
            for (int i = 0; i < 7; i++) {
                core.advance(Duration.ofSeconds(10));
                core.child().writeToStderr("still at it");
            }
            assertThat(core.counts.deaths).containsExactly(DeathReason.HANG);
        }

        @Test
        void aCallersShortDeadlineCostsNoWorkerItsLife() {
            options.hangTimeout = Duration.ofHours(1);
            ScriptedCore core = options.start();
            core.ask("{}", Duration.ofMillis(20));
            core.advance(Duration.ofSeconds(59));
            assertThat(core.counts.deaths).isEmpty();
            core.advance(Duration.ofSeconds(1));
            assertThat(core.counts.abandoned).isEqualTo(1);
            assertThat(core.counts.deaths).containsExactly(DeathReason.HANG);
        }

        @Test
        void anAnswerThatIsOnlyBehindOthersIsNotAbandoned() {
            options.maxInFlight = 8;
            options.orderCheck = Duration.ZERO;
            options.hangTimeout = Duration.ofHours(1);
            ScriptedCore core = options.start();
            for (int i = 0; i < 8; i++) {
                core.ask("{}", Duration.ofSeconds(1));
            }
            for (int i = 0; i < 8; i++) {
                core.advance(Duration.ofSeconds(40));
                core.says(core.child(), "{}");
            }
            assertThat(core.counts.lateReplies).isEqualTo(8);
            assertThat(core.counts.abandoned).isZero();
            assertThat(core.counts.deaths).isEmpty();
        }

        @Test
        void theCallerIsToldWhatTheChildWroteInstead() {
            ScriptedCore core = options.start();
            Asked nothing = core.ask("{}", Duration.ofSeconds(1));
            core.advance(Duration.ofSeconds(1));
            assertThat(nothing.failure()).hasMessageContaining("written nothing to its stdout");
            core.says(core.child(), "{}");
            core.advance(Duration.ofSeconds(1));
            Asked noise = core.ask("{}", Duration.ofSeconds(1));
            core.says(core.child(), "a", "b");
            core.advance(Duration.ofSeconds(1));
            assertThat(noise.failure()).hasMessageContaining("written 2 lines");
        }
    }
}
