package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Programs that write JSON which nobody asked for, and what becomes of their callers. */
class ReplyOrderTest {
    private static final String LOG = "{\"level\":\"info\",\"msg\":\"got a request\"}";
    private static final String ANSWER = "{\"predictions\":[1]}";

    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private ScriptedCore serving() {
        ScriptedCore core = options.start();
        answerOne(core);
        return core;
    }

    private void answerOne(ScriptedCore core) {
        Asked asked = core.ask("{}");
        core.says(core.child(), ANSWER);
        core.advance(Duration.ofSeconds(2));
        assertThat(asked.answer()).isEqualTo(ANSWER);
    }

    private void startNext(ScriptedCore core) {
        core.advance(options.backOffMax.plusSeconds(1));
    }

    private static void isAmbiguous(Asked asked) {
        assertThat(asked.failure().kind()).isEqualTo(FailureKind.BAD_REPLY);
        assertThat(asked.failure())
                .hasMessage(
                        "the program's reply can't be used: the program wrote more JSON objects than it was asked for, so"
                                + " that it can't be told which of them is the reply; set --reply=predictions if only objects"
                                + " with \"predictions\" are replies, write logs to stderr, or put the number of the line that"
                                + " it answers in front of each reply (docs/protocol.md)");
    }

    @Nested
    class AStrayObject {
        @Test
        void thatLooksLikeNoReplyIsHeldAndIsNoAnswerOnceTheTrueOneFollows() {
            ScriptedCore core = serving();
            Asked asked = core.ask("{\"n\":1}");
            Asked next = core.ask("{\"n\":2}");
            core.says(core.child(), LOG);
            core.advance(Duration.ofMillis(20));
            assertThat(asked.isOver()).isFalse();
            core.says(core.child(), ANSWER);
            isAmbiguous(asked);
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
            core.advance(options.backOff.multipliedBy(2));
            core.says(core.child(), ANSWER);
            core.advance(options.orderCheck);
            assertThat(next.answer()).isEqualTo(ANSWER);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void isHeldInEveryLifeHoweverLongTheOneBeforeTookToEnd() {
            ScriptedCore core = serving();
            for (int life = 0; life < 3; life++) {
                core.child().ignore("TERM");
                Asked asked = core.ask("{}");
                core.says(core.child(), LOG);
                core.says(core.child(), ANSWER);
                isAmbiguous(asked);
                core.advance(Duration.ofSeconds(10));
                answerOne(core);
            }
        }

        @Test
        void thatIsAnAnswerOfAnotherKindReachesItsCallerAfterAMoment() {
            ScriptedCore core = serving();
            Asked asked = core.ask("{}");
            core.says(core.child(), "{\"status\":\"cold\"}");
            core.advance(options.orderCheck.minusMillis(1));
            assertThat(asked.isOver()).isFalse();
            core.advance(Duration.ofMillis(1));
            assertThat(asked.answer()).isEqualTo("{\"status\":\"cold\"}");
            Asked again = core.ask("{}");
            core.says(core.child(), "{\"status\":\"cold\"}");
            assertThat(again.answer()).isEqualTo("{\"status\":\"cold\"}");
            assertThat(core.counts.deaths).isEmpty();
        }

        @Test
        void isNoErrorBecauseErrorsSayNothingOfNames() {
            ScriptedCore core = serving();
            Asked asked = core.ask("{}");
            core.says(core.child(), "{\"error\":{\"code\":422,\"message\":\"km\"}}");
            assertThat(asked.failure()).hasMessageContaining("km");
        }

        @Test
        void thatComesTogetherWithTheAnswerLeavesNobodyWithEither() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.says(core.child(), LOG, ANSWER);
            isAmbiguous(asked);
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
        }

        @Test
        void thatLooksLikeAReplyIsFoundInAProgramThatReadsAheadWithinTwoHundredRequests() {
            ScriptedCore core = serving();
            // It has read the next request before it answers; each takes 2 ms.
            int crossed = 0;
            Asked asked = core.ask("{\"n\":0}");
            core.says(core.child(), ANSWER);
            asked.answer();
            while (core.counts.deaths.isEmpty()) {
                Asked next = core.ask("{\"n\":1}");
                core.advance(Duration.ofMillis(2));
                core.says(core.child(), ANSWER);
                crossed += next.isOver() ? 1 : 0;
                assertThat(crossed).isLessThan(300);
            }
        }

        @Test
        void thatComesWhileTheNextRequestIsUnreadIsNoAnswerToIt() {
            ScriptedCore core = serving();
            ScriptedChild child = core.child();
            child.stopReading();
            Asked next = core.ask("{\"n\":1}");
            child.write(ANSWER);
            // By the time the loop looks, the child has read it.
            core.loop.later(child::resumeReading);
            core.loop.turn();
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
            assertThat(next.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
        }

        @Test
        void thatLooksLikeAReplyIsFoundInALoopThatHasNotReadItsNextRequestInTime() {
            ScriptedCore core = serving();
            ScriptedChild child = core.child();
            Asked asked = core.ask("{\"n\":0}");
            core.says(child, ANSWER);
            asked.answer();
            int crossed = 0;
            while (core.counts.deaths.isEmpty()) {
                // It still works on the one before, and reads nothing meanwhile.
                child.stopReading();
                Asked next = core.ask("{\"n\":1}");
                core.advance(Duration.ofMillis(2));
                child.resumeReading();
                core.says(child, ANSWER);
                crossed += next.isOver() ? 1 : 0;
                assertThat(crossed).isLessThan(5);
            }
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
        }

        @Test
        void isALogLineWhereOnlyPredictionsAreReplies() {
            options.kind = JsonLines.ReplyKind.PREDICTIONS;
            ScriptedCore core = options.start();
            for (int i = 0; i < 50; i++) {
                Asked asked = core.ask("{}");
                core.says(core.child(), LOG);
                core.advance(options.orderCheck.multipliedBy(2));
                core.says(core.child(), ANSWER, LOG);
                assertThat(asked.answer()).isEqualTo(ANSWER);
                core.advance(options.orderCheck);
            }
            assertThat(core.counts.deaths).isEmpty();
        }
    }

    @Nested
    class AProgramThatLogsJsonForEachRequest {
        private Asked logsAndAnswers(ScriptedCore core, Duration between) {
            Asked asked = core.ask("{}");
            core.says(core.child(), LOG);
            core.advance(between);
            core.says(core.child(), ANSWER);
            return asked;
        }

        @Test
        void isGivenUpAndOnlyItsFirstCallerGotALogLine() {
            ScriptedCore core = options.start();
            assertThat(logsAndAnswers(core, Duration.ofMillis(20)).answer()).isEqualTo(LOG);
            for (int i = 1; i < options.giveUpAfter; i++) {
                startNext(core);
                isAmbiguous(logsAndAnswers(core, Duration.ofMillis(20)));
            }
            assertThat(core.pool.gaveUp().isComplete()).isTrue();
            assertThat(core.pool.gaveUp().result().reason())
                    .startsWith(
                            "5 starts in a row ended without a single answer (--give-up-after=5); the last one: it wrote"
                                    + " more JSON objects than it was asked for; set --reply=predictions")
                    .contains("write logs to stderr", "docs/protocol.md");
        }

        @Test
        void isFoundOutInTheEndAlsoIfItTakesLongBetweenTheTwo() {
            ScriptedCore core = options.start();
            int logsAsAnswers = 0;
            int refused = 0;
            for (int i = 0; i < 20 && !core.pool.gaveUp().isComplete(); i++) {
                Asked asked = logsAndAnswers(core, Duration.ofMillis(300));
                logsAsAnswers += asked.call.outcome().succeeded() ? 1 : 0;
                refused += asked.call.outcome().failed() ? 1 : 0;
                // What came was for a request that nobody had: the next shows that.
                Asked next = core.ask("{}");
                core.says(core.child(), ANSWER);
                next.cancel();
                startNext(core);
            }
            assertThat(core.pool.gaveUp().isComplete()).isTrue();
            assertThat(logsAsAnswers).isLessThanOrEqualTo(3);
            assertThat(refused).isPositive();
        }

        @Test
        void doesNotGetReadyWithAWarmUp() {
            options.warmup = "{}";
            ScriptedCore core = options.start();
            for (int i = 0; i < options.giveUpAfter; i++) {
                core.says(core.child(), LOG);
                core.advance(Duration.ofMillis(20));
                core.says(core.child(), ANSWER);
                startNext(core);
            }
            assertThat(core.counts.ready).isZero();
            assertThat(core.pool.gaveUp().result().reason()).contains("set --reply=predictions");
        }
    }

    @Nested
    class AHeldReply {
        private ScriptedCore successor() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.says(core.child(), ANSWER);
            asked.answer();
            core.says(core.child(), ANSWER);
            startNext(core);
            return core;
        }

        @Test
        void isPassedOnWhenTheChildHasKeptQuiet() {
            ScriptedCore core = successor();
            Asked asked = core.ask("{}");
            core.says(core.child(), ANSWER);
            core.advance(options.orderCheck.minusMillis(1));
            assertThat(asked.isOver()).isFalse();
            core.advance(Duration.ofMillis(1));
            assertThat(asked.answer()).isEqualTo(ANSWER);
            Asked next = core.ask("{}");
            core.says(core.child(), ANSWER);
            assertThat(next.answer()).isEqualTo(ANSWER);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void whoseCallerHasLeftIsDropped() {
            ScriptedCore core = successor();
            Asked asked = core.ask("{}", Duration.ofMillis(50));
            core.says(core.child(), ANSWER);
            core.advance(Duration.ofMillis(50));
            assertThat(asked.failure()).hasMessageContaining("its reply has come, and was to be passed on once");
            core.advance(options.orderCheck);
            assertThat(core.counts.lateReplies).isEqualTo(1);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void whoseChildDiesIsNoAnswer() {
            ScriptedCore core = successor();
            Asked asked = core.ask("{}");
            core.says(core.child(), ANSWER);
            core.ends(core.child(), 1);
            assertThat(asked.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void isPassedOnWhenAllThatTheChildHadIsAnsweredOrGivenUp() {
            options.maxInFlight = 3;
            ScriptedCore core = successor();
            Asked first = core.ask("{\"n\":1}");
            Asked second = core.ask("{\"n\":2}");
            core.says(core.child(), ANSWER);
            core.advance(options.orderCheck.multipliedBy(2));
            assertThat(first.isOver()).isFalse();
            core.says(core.child(), ANSWER);
            core.advance(options.orderCheck);
            assertThat(first.answer()).isEqualTo(ANSWER);
            assertThat(second.answer()).isEqualTo(ANSWER);
        }
    }

    @Nested
    class ANumberedReply {
        @Test
        void isNeverChecked() {
            ScriptedCore core = options.start();
            for (int n = 1; n <= 200; n++) {
                Asked asked = core.ask("{}");
                core.says(core.child(), n + "\t" + ANSWER);
                assertThat(asked.answer()).isEqualTo(ANSWER);
            }
            assertThat(core.child().received()).hasSize(200);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void withTheWrongNumberIsNobodysAndEndsTheWorker() {
            ScriptedCore core = options.start();
            Asked first = core.ask("{}");
            core.says(core.child(), "1\t" + ANSWER);
            first.answer();
            Asked wrong = core.ask("{}");
            Asked next = core.ask("{}");
            core.says(core.child(), "1\t" + ANSWER, "2\t" + ANSWER);
            assertThat(wrong.failure().kind()).isEqualTo(FailureKind.BAD_REPLY);
            assertThat(wrong.failure())
                    .hasMessage(
                            "the program's reply can't be used: the number in front of it is 1, and line 2 was to be"
                                    + " answered");
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
            core.advance(Duration.ofSeconds(1));
            core.says(core.child(), "1\t" + ANSWER);
            core.advance(Duration.ofSeconds(1));
            assertThat(next.answer()).isEqualTo(ANSWER);
        }

        @Test
        void givesAFastChildSeveralLinesAtOnceFromThenOn() {
            options.maxNumberedInFlight = 4;
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            Asked first = core.ask("{}");
            Asked second = core.ask("{}");
            assertThat(child.received()).hasSize(1);
            core.says(child, "1\t" + ANSWER);
            first.answer();
            Asked third = core.ask("{}");
            assertThat(child.received()).hasSize(3);
            core.says(child, "2\t" + ANSWER, "3\t" + ANSWER);
            assertThat(second.answer()).isEqualTo(ANSWER);
            assertThat(third.answer()).isEqualTo(ANSWER);
        }

        @Test
        void isWaitedForBeforeTheNextLineIfItTakesLong() {
            options.maxNumberedInFlight = 4;
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            Asked first = core.ask("{}");
            core.says(child, "1\t" + ANSWER);
            first.answer();
            Asked slow = core.ask("{}");
            core.advance(NumberedLines.AHEAD.plusMillis(1));
            Asked next = core.ask("{}");
            assertThat(child.received()).hasSize(2);
            core.says(child, "2\t" + ANSWER);
            slow.answer();
            core.says(child, "3\t" + ANSWER);
            assertThat(next.answer()).isEqualTo(ANSWER);
        }

        @Test
        void countsNoRequestThatTheChildNeverGot() {
            options.maxInFlight = 4;
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            Asked first = core.ask("{}");
            core.says(child, "1\t" + ANSWER);
            first.answer();
            child.stopReading();
            String large = "{\"a\":\"" + "x".repeat(100_000) + "\"}";
            core.ask(large);
            Asked left = core.ask(large);
            Asked last = core.ask(large);
            left.cancel();
            child.resumeReading();
            core.loop.turn();
            assertThat(child.received()).hasSize(3);
            core.says(child, "2\t" + ANSWER, "3\t" + ANSWER);
            assertThat(last.answer()).isEqualTo(ANSWER);
        }

        @Test
        void makesEveryObjectWithoutANumberALogLine() {
            ScriptedCore core = options.start();
            for (int n = 1; n <= 30; n++) {
                Asked asked = core.ask("{}");
                if (n > 1) {
                    core.says(core.child(), LOG);
                    core.advance(Duration.ofMillis(50));
                }
                core.says(core.child(), n + "\t" + ANSWER);
                assertThat(asked.answer()).isEqualTo(ANSWER);
            }
            assertThat(core.counts.deaths).isEmpty();
            assertThat(core.counts.unusableLines).isEqualTo(29);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void isNotHeldBecauseAnObjectWithoutANumberCameTogetherWithIt() {
            options.maxInFlight = 4;
            ScriptedCore core = options.start();
            Asked first = core.ask("{}");
            Asked second = core.ask("{}");
            core.says(core.child(), "1\t" + ANSWER, LOG, "2\t" + ANSWER);
            assertThat(first.answer()).isEqualTo(ANSWER);
            assertThat(second.answer()).isEqualTo(ANSWER);
            assertThat(core.counts.deaths).isEmpty();
        }

        @Test
        void mustBeFollowedByOthersOrTheCallerHearsSoonWhatIsMissing() {
            ScriptedCore core = options.start();
            Asked first = core.ask("{}");
            core.says(core.child(), "1\t" + ANSWER);
            first.answer();
            Asked asked = core.ask("{}");
            core.says(core.child(), ANSWER);
            core.advance(FlawedReplies.SOON);
            assertThat(asked.failure())
                    .hasMessage(
                            "the program's reply can't be used: it has no number in front, and replies before it had one;"
                                    + " once a program numbers its replies, only numbered ones count");
        }

        @Test
        void thatNeverMatchedIsALineLikeAnyOtherAndItsCallerHearsHowToCount() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.says(core.child(), "0\t" + ANSWER);
            core.advance(FlawedReplies.LATER);
            assertThat(asked.failure())
                    .hasMessageContaining(
                            "the number in front is not that of the line that is answered; count every line"
                                    + " that is read, from 1 on");
        }
    }
}
