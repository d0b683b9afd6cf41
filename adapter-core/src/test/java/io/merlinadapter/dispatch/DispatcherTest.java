package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who is admitted, who goes next, and what the adapter says of itself meanwhile. */
class DispatcherTest {
    private final ScriptedCore.Options options = new ScriptedCore.Options();

    @Nested
    class Admission {
        @Test
        void aFullQueueRefusesAndInvitesBack() {
            options.queueSize = 2;
            ScriptedCore core = options.start();
            core.ask("{}");
            core.ask("{}");
            core.ask("{}");
            PredictException refusal = core.ask("{}").failure();
            assertThat(refusal.kind()).isEqualTo(FailureKind.OVERLOADED);
            assertThat(refusal.retryAfterSeconds()).isPositive();
            assertThat(refusal).hasMessageContaining("--queue-size");
        }

        @Test
        void aRequestThatWouldWaitLongerThanItsDeadlineIsRefusedAtOnce() {
            ScriptedCore core = options.start();
            for (int i = 0; i < 30; i++) {
                core.ask("{}");
                core.advance(Duration.ofSeconds(1));
                core.says(core.child(), "{}");
                core.advance(Duration.ofMillis(100));
            }
            core.ask("{}");
            core.ask("{}");
            core.ask("{}");
            PredictException refusal = core.ask("{}", Duration.ofSeconds(1)).failure();
            assertThat(refusal.kind()).isEqualTo(FailureKind.OVERLOADED);
            assertThat(refusal).hasMessageContaining("raise WORKERS");
            assertThat(core.ask("{}", Duration.ofSeconds(20)).isOver()).isFalse();
        }

        @Test
        void tenTimesTheCapacityOfTheProgramLeavesItAsBusyAsEverAndAnswersWithinTheDeadline() {
            options.orderCheck = Duration.ZERO;
            ScriptedCore core = options.start();
            core.child()
                    .onLine(line -> core.loop.after(
                            Duration.ofMillis(5), () -> core.child().write("{}")));
            List<Asked> asked = new ArrayList<>();
            for (int i = 0; i < 20_000; i++) {
                asked.add(core.ask("{}", Duration.ofSeconds(1)));
                core.advance(Duration.ofNanos(500_000));
            }
            core.advance(Duration.ofSeconds(2));
            long answered =
                    asked.stream().filter(one -> one.call.outcome().succeeded()).count();
            List<FailureKind> refusals = asked.stream()
                    .filter(one -> one.call.outcome().failed())
                    .map(one -> one.failure().kind())
                    .toList();
            // Of 10 s, with what still waited at their end.
            assertThat(answered).isBetween(2000L, 2200L);
            // Among those that came before there was any estimate, none waits in vain either.
            assertThat(refusals).containsOnly(FailureKind.OVERLOADED);
        }

        @Test
        void theAdviceToComeBackIsTheTimeThatTheQueueTakes() {
            options.orderCheck = Duration.ZERO;
            options.queueSize = 8;
            ScriptedCore core = options.start();
            core.child()
                    .onLine(line -> core.loop.after(
                            Duration.ofSeconds(1), () -> core.child().write("{}")));
            PredictException refusal = null;
            for (int i = 0; i < 100; i++) {
                Asked asked = core.ask("{}", Duration.ofMinutes(1));
                refusal = asked.isOver() && asked.call.outcome().failed() ? asked.failure() : refusal;
                core.advance(Duration.ofMillis(500));
            }
            assertThat(refusal).hasMessageContaining("--queue-size");
            assertThat(refusal.retryAfterSeconds()).isBetween(8, 10);
        }

        @Test
        void aRequestWhoseDeadlineHasPassedIsRefused() {
            ScriptedCore core = options.start();
            assertThat(core.ask("{}", Duration.ZERO).failure().kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(core.child().received()).isEmpty();
            assertThat(core.budget.used()).isZero();
        }
    }

    @Nested
    class Waiting {
        @Test
        void noProgramWorksForAReplyThatThereIsNoMemoryFor() {
            ScriptedCore core = options.start();
            long taken = core.budget.limit() - ReplyShares.SHARE + 1;
            core.budget.reserve(taken);
            Asked waits = core.ask("{\"n\":1}");
            core.advance(Duration.ofSeconds(1));
            assertThat(core.child().received()).isEmpty();
            core.budget.release(taken);
            core.advance(Duration.ofMillis(10));
            assertThat(core.child().received()).containsExactly("{\"n\":1}");
            assertThat(core.budget.used()).isGreaterThanOrEqualTo(ReplyShares.SHARE);
            core.says(core.child(), "{\"a\":1}");
            core.advance(Duration.ofMillis(100));
            assertThat(waits.isOver()).isTrue();
            assertThat(core.budget.used()).isLessThan(100);
        }

        @Test
        void aRequestThatExpiresInTheQueueNeverReachesTheProgram() {
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            Asked expires = core.ask("{\"n\":2}", Duration.ofMillis(100));
            core.advance(Duration.ofMillis(100));
            assertThat(expires.failure().kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(expires.failure()).hasMessageContaining("all of which it waited for a worker");
            core.says(core.child(), "{}");
            core.advance(Duration.ofSeconds(1));
            assertThat(core.child().received()).containsExactly("{\"n\":1}");
        }

        @Test
        void aCallerThatLeavesTheQueueIsNotServed() {
            ScriptedCore core = options.start();
            Asked first = core.ask("{\"n\":1}");
            Asked leaves = core.ask("{\"n\":2}");
            Asked stays = core.ask("{\"n\":3}");
            leaves.cancel();
            core.says(core.child(), "{\"a\":1}");
            core.advance(Duration.ofMillis(100));
            assertThat(core.child().received()).containsExactly("{\"n\":1}", "{\"n\":3}");
            core.says(core.child(), "{\"a\":3}");
            assertThat(first.answer()).isEqualTo("{\"a\":1}");
            assertThat(stays.answer()).isEqualTo("{\"a\":3}");
            assertThat(core.counts.callersGone).isEqualTo(1);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void whatWaitsIsCountedWithItsBytes() {
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            core.ask("{\"n\":2}");
            core.ask("{\"n\":3}");
            assertThat(core.dispatcher.stats()).isEqualTo(new Dispatcher.Stats(2, 14));
        }

        @Test
        void aLateTimerHoldsUpNothing() {
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            Asked expired = core.ask("{\"n\":2}", Duration.ofMillis(500));
            Asked next = core.ask("{\"n\":3}");
            core.says(core.child(), "{}");
            // The end of the order check and the deadline are due at one moment, in this order.
            core.loop.jump(Duration.ofMillis(600));
            assertThat(expired.isOver()).isTrue();
            assertThat(next.isOver()).isFalse();
            assertThat(core.child().received()).containsExactly("{\"n\":1}", "{\"n\":3}");
        }
    }

    @Nested
    class Timings {
        @Test
        void waitingForAWorkerAndBeingWithOneAreToldApart() {
            ScriptedCore core = options.start();
            Asked first = core.ask("{}");
            Asked second = core.ask("{}");
            core.advance(Duration.ofMillis(150));
            core.says(core.child(), "{}");
            core.advance(Duration.ofMillis(100));
            core.advance(Duration.ofMillis(40));
            core.says(core.child(), "{}");
            first.answer();
            second.answer();
            assertThat(first.call.timings()).isEqualTo(new PredictCall.Timings(0, 150_000_000, 0, 1));
            assertThat(second.call.timings()).isEqualTo(new PredictCall.Timings(250_000_000, 40_000_000, 0, 1));
        }

        @Test
        void whatExpiresInTheQueueHadNoWorker() {
            ScriptedCore core = options.start();
            core.ask("{}");
            Asked expires = core.ask("{}", Duration.ofMillis(150));
            core.advance(Duration.ofMillis(150));
            assertThat(expires.call.timings())
                    .isEqualTo(new PredictCall.Timings(150_000_000, 0, PredictCall.Timings.NO_WORKER, 0));
        }

        @Test
        void whatIsRefusedTakesNoTime() {
            options.queueSize = 0;
            ScriptedCore core = options.start();
            assertThat(core.ask("{}").call.timings()).isEqualTo(PredictCall.Timings.NONE);
        }

        @Test
        void ofTwoWorkersThatHadItTheLastCounts() {
            options.workers = 2;
            options.retryOnWorkerLoss = true;
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.ends(core.children.all().get(0), 1);
            core.says(core.children.all().get(1), "{}");
            asked.answer();
            assertThat(asked.call.timings().worker()).isEqualTo(1);
        }
    }

    @Nested
    class Life {
        private final List<AdapterState> moves = new ArrayList<>();

        private ScriptedCore serve() {
            ScriptedCore core = options.start();
            core.dispatcher.onMove(moves::add);
            return core;
        }

        @Test
        void noStateLeadsOutOfTheEndAndWhatMayServeMayBeDrained() {
            for (AdapterState state : AdapterState.values()) {
                assertThat(AdapterState.STOPPED.mayBecome(state)).isFalse();
                boolean alive = state.compareTo(AdapterState.GIVEN_UP) < 0;
                assertThat(state.mayBecome(AdapterState.DRAINING)).isEqualTo(alive);
            }
        }

        @Test
        void aQuickRestartClosesNothing() {
            ScriptedCore core = serve();
            core.ends(core.child(), 1);
            assertThat(core.dispatcher.health().ready()).isFalse();
            assertThat(core.dispatcher.health().live()).isTrue();
            core.advance(Duration.ofMinutes(1));
            assertThat(moves).containsExactly(AdapterState.UNREADY, AdapterState.READY);
        }

        @Test
        void withNoWorkerReadyForTheGraceThePortsAreToBeClosedUntilOneIs() {
            options.warmup = "{}";
            ScriptedCore core = serve();
            core.says(core.child(), "{}");
            core.advance(Duration.ofMillis(100));
            core.ends(core.child(), 1);
            core.advance(options.unreadyGrace.minusMillis(1));
            assertThat(moves).last().isEqualTo(AdapterState.UNREADY);
            Asked waits = core.ask("{}");
            assertThat(waits.isOver()).isFalse();
            core.advance(Duration.ofMillis(1));
            assertThat(moves).last().isEqualTo(AdapterState.SHUT);
            assertThat(core.dispatcher.health().live()).isTrue();
            PredictException refusal = core.ask("{}").failure();
            assertThat(refusal.kind()).isEqualTo(FailureKind.NOT_READY);
            assertThat(refusal).hasMessageContaining("--unready-grace");
            core.says(core.child(), "{}");
            core.advance(Duration.ofMillis(100));
            assertThat(moves).last().isEqualTo(AdapterState.READY);
            assertThat(core.dispatcher.health().ready()).isTrue();
        }

        @Test
        void whileItDrainsItIsNotReadyAndStillServes() {
            ScriptedCore core = serve();
            core.dispatcher.drain();
            assertThat(core.dispatcher.health().ready()).isFalse();
            assertThat(core.dispatcher.health().live()).isTrue();
            Asked asked = core.ask("{}");
            core.says(core.child(), "{\"a\":1}");
            assertThat(asked.answer()).isEqualTo("{\"a\":1}");
            Future<Void> stopped = core.dispatcher.terminate();
            assertThat(core.ask("{}").failure().kind()).isEqualTo(FailureKind.NOT_READY);
            core.ends(core.child(), 0);
            assertThat(stopped.succeeded()).isTrue();
            assertThat(moves).containsExactly(AdapterState.DRAINING, AdapterState.TERMINATING, AdapterState.STOPPED);
        }

        @Test
        void whatWaitsWhenThePoolIsGivenUpIsToldSoAtOnce() {
            options.giveUpAfter = 1;
            ScriptedCore core = serve();
            core.ends(core.child(), 9);
            assertThat(moves).last().isEqualTo(AdapterState.GIVEN_UP);
            assertThat(core.dispatcher.health().live()).isFalse();
            assertThat(core.ask("{}").failure()).hasMessageContaining("1 start in a row");
            core.dispatcher.drain();
            assertThat(core.dispatcher.health().reason()).contains("1 start in a row");
            assertThat(core.dispatcher.terminate().isComplete()).isFalse();
            core.loop.turn();
            assertThat(moves)
                    .containsExactly(
                            AdapterState.UNREADY,
                            AdapterState.GIVEN_UP,
                            AdapterState.TERMINATING,
                            AdapterState.STOPPED);
        }

        @Test
        void whatComesBackWhenTheWorkersAreEndedIsRefusedAtOnce() {
            options.retryOnWorkerLoss = true;
            ScriptedCore core = serve();
            Asked inside = core.ask("{}");
            core.dispatcher.terminate();
            core.pool.hurry();
            core.loop.turn();
            assertThat(inside.failure().kind()).isEqualTo(FailureKind.NOT_READY);
            assertThat(core.budget.used()).isZero();
        }
    }
}
