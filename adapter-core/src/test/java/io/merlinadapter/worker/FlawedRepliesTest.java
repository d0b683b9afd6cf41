package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a line that was meant to be a reply and is none leads to, and that no reply goes to another caller by it. */
class FlawedRepliesTest {
    private static final String BROKEN = "{\"p\":1,}";
    private static final String DICT = "{'p': 1}";
    private static final Duration SOON = FlawedReplies.SOON;
    private static final Duration LATER = FlawedReplies.LATER;

    private final ScriptedCore.Options options = new ScriptedCore.Options();

    private static void isTold(Asked asked, String flaw) {
        assertThat(asked.failure().kind()).isEqualTo(FailureKind.BAD_REPLY);
        assertThat(asked.failure())
                .hasMessageContaining("the program's reply can't be used")
                .hasMessageContaining(flaw);
    }

    /** A child that has answered once, and may be asked again. */
    private ScriptedCore serving() {
        ScriptedCore core = options.start();
        Asked first = core.ask("{\"n\":0}");
        core.says(core.child(), "{\"a\":0}");
        assertThat(first.answer()).isEqualTo("{\"a\":0}");
        core.advance(Duration.ofMillis(100));
        return core;
    }

    @Nested
    class OfAProgramThatHasNeverAnswered {
        @Test
        void aBrokenReplyFailsItsCallSoon() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.says(core.child(), BROKEN);
            core.advance(SOON.minusMillis(1));
            assertThat(asked.isOver()).isFalse();
            core.advance(Duration.ofMillis(1));
            isTold(asked, "leave out the last comma");
        }

        @Test
        void aLineThatMayBeALogFailsItsCallASecondLater() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.says(core.child(), DICT);
            core.advance(LATER.minusMillis(1));
            assertThat(asked.isOver()).isFalse();
            core.advance(Duration.ofMillis(1));
            isTold(asked, "json.dumps");
        }

        @Test
        void aBrokenReplyBehindALineThatMayBeALogIsWhatCounts() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.says(core.child(), DICT, BROKEN);
            core.advance(SOON);
            isTold(asked, "leave out the last comma");
        }

        @Test
        void everyCallGetsItsReasonSoonAndTheWorkerLives() {
            ScriptedCore core = options.start();
            for (int i = 0; i < 5; i++) {
                Asked asked = core.ask("{\"n\":" + i + "}");
                assertThat(core.child().lastReceived()).isEqualTo("{\"n\":" + i + "}");
                core.says(core.child(), BROKEN);
                core.advance(SOON);
                isTold(asked, "leave out the last comma");
                core.advance(SOON);
            }
            assertThat(core.counts.deaths).isEmpty();
            assertThat(core.pool.stats().inFlight()).isZero();
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void theNextRequestWaitsForAMomentInWhichTheAnswerMayStillCome() {
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            Asked next = core.ask("{\"n\":2}");
            core.says(core.child(), BROKEN);
            core.advance(SOON);
            assertThat(core.child().received()).containsExactly("{\"n\":1}");
            core.says(core.child(), "{\"a\":1}");
            assertThat(core.counts.lateReplies).isEqualTo(1);
            core.advance(Duration.ofMillis(100));
            assertThat(core.child().received()).containsExactly("{\"n\":1}", "{\"n\":2}");
            core.says(core.child(), "{\"a\":2}");
            assertThat(next.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void aTrueAnswerThatMayBeForTheRequestBeforeGoesToNobody() {
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            core.ask("{\"n\":1}");
            Asked next = core.ask("{\"n\":2}");
            core.says(child, BROKEN);
            core.advance(SOON.multipliedBy(2));
            assertThat(child.lastReceived()).isEqualTo("{\"n\":2}");
            core.says(child, "{\"a\":1}");
            isTold(next, "it may be for the request before");
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
            core.says(child, "{\"a\":2}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void theAnswerThatWasMissingHarmsNobodyWhileNothingElseIsOwed() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{\"n\":1}");
            core.says(core.child(), DICT);
            core.advance(LATER.plus(SOON));
            isTold(asked, "json.dumps");
            core.says(core.child(), "{\"a\":1}");
            assertThat(core.counts.lateReplies).isEqualTo(1);
            assertThat(core.counts.deaths).isEmpty();
            Asked next = core.ask("{\"n\":2}");
            core.says(core.child(), DICT);
            core.advance(Duration.ofSeconds(20));
            core.says(core.child(), "{\"a\":2}");
            assertThat(next.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void twoMissingAnswersAreOneMoreThanOne() {
            ScriptedCore core = options.start();
            for (int i = 0; i < 2; i++) {
                core.ask("{}");
                core.says(core.child(), BROKEN);
                core.advance(SOON.multipliedBy(2));
            }
            core.says(core.child(), "{\"a\":1}");
            assertThat(core.counts.deaths).isEmpty();
            Asked third = core.ask("{\"n\":3}");
            core.says(core.child(), "{\"a\":2}");
            isTold(third, "it may be for the request before");
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
        }

        @Test
        void aSurplusAnswerEndsTheWorkerOnceAllAreAccountedFor() {
            ScriptedCore core = options.start();
            core.ask("{}");
            core.says(core.child(), BROKEN);
            core.advance(SOON.multipliedBy(2));
            core.says(core.child(), "{\"a\":1}");
            assertThat(core.counts.deaths).isEmpty();
            core.says(core.child(), "{\"a\":2}");
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
        }

        @Test
        void whatACallerThatHasLeftWouldHaveHeardFreesTheWorkerAllTheSame() {
            ScriptedCore core = options.start();
            Asked left = core.ask("{\"n\":1}");
            core.says(core.child(), BROKEN);
            left.cancel();
            core.ask("{\"n\":2}");
            core.advance(SOON.multipliedBy(2));
            assertThat(core.child().lastReceived()).isEqualTo("{\"n\":2}");
        }

        @Test
        void aChildThatWorksIsWaitedFor() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.child().works(true);
            core.says(core.child(), BROKEN);
            core.advance(Duration.ofSeconds(20));
            assertThat(asked.isOver()).isFalse();
            core.says(core.child(), "{\"a\":1}");
            assertThat(asked.answer()).isEqualTo("{\"a\":1}");
        }
    }

    @Nested
    class OfAProgramThatWritesSuchLinesBesideItsAnswers {
        @Test
        void theyAreKnownForItsOwnOnceAnAnswerHasFollowed() {
            ScriptedCore core = options.start();
            Asked first = core.ask("{}");
            core.says(core.child(), BROKEN, "{\"a\":1}");
            assertThat(first.answer()).isEqualTo("{\"a\":1}");
            core.advance(Duration.ofMillis(100));
            Asked second = core.ask("{}");
            core.says(core.child(), BROKEN);
            core.advance(Duration.ofSeconds(25));
            core.says(core.child(), "{\"a\":2}");
            assertThat(second.answer()).isEqualTo("{\"a\":2}");
        }

        @Test
        void theyAreKnownToItsSuccessorsToo() {
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            Asked second = core.ask("{\"n\":2}");
            core.says(core.child(), BROKEN);
            core.advance(SOON.multipliedBy(2));
            core.says(core.child(), "{\"a\":1}");
            isTold(second, "it may be for the request before");
            core.advance(Duration.ofSeconds(1));
            Asked third = core.ask("{\"n\":3}");
            assertThat(core.child().received()).containsExactly("{\"n\":3}");
            core.says(core.child(), BROKEN);
            core.advance(Duration.ofSeconds(25));
            core.says(core.child(), "{\"a\":3}");
            assertThat(third.answer()).isEqualTo("{\"a\":3}");
        }

        @Test
        void anAnswerThatComesTooLateTeachesIt() {
            ScriptedCore core = options.start();
            Asked first = core.ask("{}");
            core.says(core.child(), DICT);
            core.advance(LATER);
            isTold(first, "json.dumps");
            core.says(core.child(), "{\"a\":1}");
            core.advance(Duration.ofMillis(100));
            Asked second = core.ask("{}");
            core.says(core.child(), DICT);
            core.advance(Duration.ofSeconds(25));
            core.says(core.child(), "{\"a\":2}");
            assertThat(second.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.counts.deaths).isEmpty();
        }
    }

    @Nested
    class OfAProgramThatHasAnswered {
        @Test
        void aLineThatMayBeALogIsOne() {
            ScriptedCore core = serving();
            Asked asked = core.ask("{}");
            core.says(core.child(), DICT);
            core.advance(Duration.ofSeconds(25));
            core.says(core.child(), "{\"a\":1}");
            assertThat(asked.answer()).isEqualTo("{\"a\":1}");
        }

        @Test
        void theOneWhoWaitsInVainHearsOfItAtTheDeadline() {
            ScriptedCore core = serving();
            Asked asked = core.ask("{}");
            core.says(core.child(), DICT);
            core.advance(ScriptedCore.TIMEOUT);
            assertThat(asked.failure().kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(asked.failure()).hasMessageContaining("1 line").hasMessageContaining("json.dumps");
        }

        @Test
        void aBrokenReplyFailsItsCallAndTheWorkerIsReplacedIfNoneFollows() {
            ScriptedCore core = serving();
            ScriptedChild child = core.child();
            Asked asked = core.ask("{\"n\":1}");
            Asked next = core.ask("{\"n\":2}");
            core.says(child, BROKEN);
            core.advance(SOON);
            isTold(asked, "leave out the last comma");
            core.advance(FlawedReplies.REST.minusMillis(1));
            assertThat(child.signals()).isEmpty();
            core.advance(Duration.ofMillis(1));
            assertThat(child.signals()).isNotEmpty();
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
            core.advance(Duration.ofSeconds(1));
            assertThat(core.child().received()).containsExactly("{\"n\":2}");
            core.says(core.child(), "{\"a\":2}");
            assertThat(next.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void aTrueAnswerThatFollowsIsDroppedAndTheWorkerStays() {
            ScriptedCore core = serving();
            Asked asked = core.ask("{\"n\":1}");
            Asked next = core.ask("{\"n\":2}");
            core.says(core.child(), BROKEN);
            core.advance(SOON);
            isTold(asked, "leave out the last comma");
            core.advance(Duration.ofSeconds(4));
            core.says(core.child(), "{\"a\":1}");
            assertThat(core.counts.lateReplies).isEqualTo(1);
            core.advance(options.orderCheck);
            core.says(core.child(), "{\"a\":2}");
            assertThat(next.answer()).isEqualTo("{\"a\":2}");
            assertThat(core.counts.deaths).isEmpty();
        }
    }

    @Nested
    class OfAChildThatHasSeveralRequests {
        @Test
        void theNextReplyCouldBeForTwoOfThemSoNobodyGetsIt() {
            options.maxInFlight = 3;
            options.orderCheck = Duration.ZERO;
            ScriptedCore core = options.start();
            ScriptedChild child = core.child();
            Asked first = core.ask("{\"n\":1}");
            Asked second = core.ask("{\"n\":2}");
            core.says(child, BROKEN, "{\"a\":2}");
            isTold(first, "leave out the last comma");
            assertThat(second.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(core.counts.deaths).containsExactly(DeathReason.PROTOCOL);
            assertThat(core.budget.used()).isZero();
        }

        @Test
        void itsSuccessorsGetOneAtATimeUntilItIsClearWhatSuchLinesAre() {
            options.maxInFlight = 3;
            options.orderCheck = Duration.ZERO;
            ScriptedCore core = options.start();
            core.ask("{\"n\":1}");
            core.ask("{\"n\":2}");
            core.says(core.child(), BROKEN);
            core.advance(Duration.ofSeconds(1));
            Asked third = core.ask("{\"n\":3}");
            Asked fourth = core.ask("{\"n\":4}");
            core.ask("{\"n\":5}");
            assertThat(core.child().received()).containsExactly("{\"n\":3}");
            core.says(core.child(), BROKEN, "{\"a\":3}");
            assertThat(third.answer()).isEqualTo("{\"a\":3}");
            assertThat(core.child().received()).containsExactly("{\"n\":3}", "{\"n\":4}", "{\"n\":5}");
            core.says(core.child(), BROKEN, "{\"a\":4}");
            assertThat(fourth.answer()).isEqualTo("{\"a\":4}");
            assertThat(core.counts.deaths).hasSize(1);
        }
    }

    @Nested
    class OfAWarmUp {
        @Test
        void itIsWaitedForAsLongAsACallerCouldAndTheReasonIsTheFlaw() {
            options.warmup = "{}";
            options.giveUpAfter = 1;
            ScriptedCore core = options.start();
            core.says(core.child(), DICT);
            core.advance(options.requestTimeout.minusMillis(1));
            assertThat(core.counts.deaths).isEmpty();
            core.advance(Duration.ofSeconds(3));
            assertThat(core.pool.gaveUp().result().detailed()).contains("warm-up", "json.dumps");
        }

        @Test
        void oneThatIsAnsweredInTheEndIsAnswered() {
            options.warmup = "{}";
            ScriptedCore core = options.start();
            core.says(core.child(), DICT, BROKEN);
            core.advance(Duration.ofSeconds(20));
            core.says(core.child(), "{}");
            core.advance(Duration.ofMillis(100));
            assertThat(core.counts.ready).isEqualTo(1);
        }
    }

    @Nested
    class OfALineWithoutItsEnd {
        @Test
        void eachCallHearsOfIt() {
            ScriptedCore core = options.start();
            for (int i = 0; i < 3; i++) {
                Asked asked = core.ask("{}");
                core.child().writeRaw("{\"p\":" + i + "}");
                core.advance(Duration.ofMillis(2500));
                isTold(asked, "it has no end of line");
            }
            assertThat(core.counts.deaths).isEmpty();
        }

        @Test
        void anAnswerThatIsWrittenInPiecesIsAnAnswer() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            for (String piece : List.of("{\"p\":[1,", "{}", ",2", "]")) {
                core.child().writeRaw(piece);
                core.advance(Duration.ofSeconds(5));
                assertThat(asked.isOver()).isFalse();
            }
            core.says(core.child(), "}");
            assertThat(asked.answer()).isEqualTo("{\"p\":[1,{},2]}");
        }

        @Test
        void aDebuggerIsNamed() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}");
            core.says(core.child(), "> /app/predict.py(3)<module>()", "-> print(1)");
            core.child().writeRaw("(Pdb) ");
            core.advance(Duration.ofMillis(2500));
            isTold(asked, "it stands in a debugger");
        }

        @Test
        void theDeadlineTellsHowMuchHasCome() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}", Duration.ofSeconds(3));
            core.child().writeRaw("{\"p\":");
            core.advance(Duration.ofSeconds(3));
            assertThat(asked.failure())
                    .hasMessageContaining(
                            "it has written 5 bytes to its stdout without an end of line: end each reply");
        }

        @Test
        void anEmptyLineIsNamed() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}", Duration.ofSeconds(3));
            core.says(core.child(), "", "");
            core.advance(Duration.ofSeconds(3));
            assertThat(asked.failure()).hasMessageContaining("it has written 2 empty lines to its stdout since");
        }
    }

    @Nested
    class OfNone {
        @Test
        void whatItSaysOnItsStderrIsCounted() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{}", Duration.ofSeconds(3));
            core.child().writeToStderr("jq: error");
            core.advance(Duration.ofSeconds(3));
            assertThat(asked.failure())
                    .hasMessageContaining("written nothing to its stdout since, and 1 line to its stderr (see the log)")
                    .hasMessageContaining("does it flush");
        }

        @Test
        void oneThatDoesNotReadIsTold() {
            ScriptedCore core = options.start();
            core.child().stopReading();
            Asked asked = core.ask("{}", Duration.ofSeconds(3));
            core.advance(Duration.ofSeconds(3));
            assertThat(asked.failure()).hasMessageContaining("it has not read the request");
        }

        @Test
        void oneThatListensOnAPortIsToldOnceInTheLogWithThePort() {
            try (LogCapture log = new LogCapture(SilenceLog.class)) {
                ScriptedCore core = options.start();
                core.child().listensOn(8501);
                core.child().stopReading();
                Asked asked = core.ask("{}", Duration.ofSeconds(5));
                core.advance(Duration.ofSeconds(5));
                assertThat(asked.failure())
                        .hasMessageContaining("it listens on a port")
                        .hasMessageContaining("must read lines from its stdin");
                core.advance(Duration.ofSeconds(20));
                assertThat(log.messages())
                        .filteredOn(line -> line.contains("8501"))
                        .hasSize(1);
            }
        }

        @Test
        void aLargeRequestPointsToReadersWithALimit() {
            ScriptedCore core = options.start();
            Asked asked = core.ask("{\"a\":\"" + "x".repeat(70_000) + "\"}", Duration.ofSeconds(3));
            core.advance(Duration.ofSeconds(3));
            assertThat(asked.failure()).hasMessageContaining("70008 bytes").hasMessageContaining("bufio.Scanner");
        }
    }

    /** Programs of all kinds, by chance: what they answer names the request, and no caller may get another's. */
    @Nested
    class ByChance {
        private static final int REQUESTS = 60;
        private static final String[] FLAWED = {BROKEN, DICT, "> {\"p\":1}", "{\"p\":1} {\"p\":2}", "11"};

        private final Random random = new Random();
        private int answered;
        private int told;

        /** How a program treats one request after another. */
        private record Kind(boolean debugs, boolean errs, int slowest) {}

        private void serve(long seed, Kind kind, int maxInFlight) {
            random.setSeed(seed);
            options.maxInFlight = maxInFlight;
            options.orderCheck = random.nextBoolean() ? Duration.ZERO : Duration.ofMillis(100);
            options.backOffMax = Duration.ofMillis(200);
            ScriptedCore core = options.start();
            Map<ScriptedChild, Deque<String>> inside = new HashMap<>();
            List<Asked> asked = new ArrayList<>();
            for (int step = 0; asked.size() < REQUESTS || !asked.stream().allMatch(Asked::isOver); step++) {
                assertThat(step).as("steps").isLessThan(100_000);
                if (asked.size() < REQUESTS && random.nextInt(3) == 0) {
                    asked.add(
                            core.ask("{\"n\":" + asked.size() + "}", Duration.ofMillis(500 + random.nextInt(30_000))));
                }
                ScriptedChild child = core.child();
                if (!inside.containsKey(child)) {
                    Deque<String> requests = new ArrayDeque<>(child.received());
                    inside.put(child, requests);
                    child.onLine(requests::add);
                }
                // One request after the other, as programs do that read a line, work and write a line.
                String request = inside.get(child).poll();
                if (request != null) {
                    work(core, child, kind, request);
                }
                core.advance(Duration.ofMillis(1 + random.nextInt(40)));
            }
            for (int i = 0; i < asked.size(); i++) {
                if (asked.get(i).call.outcome().succeeded()) {
                    answered++;
                    assertThat(asked.get(i).answer()).as("seed " + seed).isEqualTo("{\"n\":" + i + "}");
                } else {
                    told += asked.get(i).failure().kind() == FailureKind.BAD_REPLY ? 1 : 0;
                }
            }
        }

        private void work(ScriptedCore core, ScriptedChild child, Kind kind, String request) {
            boolean errs = kind.errs() && random.nextInt(3) == 0;
            if (errs || (kind.debugs() && random.nextInt(3) > 0)) {
                core.says(child, FLAWED[random.nextInt(FLAWED.length)]);
            }
            if (!errs) {
                core.advance(Duration.ofMillis(random.nextInt(kind.slowest())));
                core.says(child, request);
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {50, 300, 2_000, 9_000})
        void withOneRequestAtATimeNobodyGetsAnothersAnswer(int slowest) {
            for (long seed = 0; seed < 24; seed++) {
                serve(seed, new Kind(seed % 3 > 0, seed % 3 != 1, slowest), 1);
            }
            assertThat(answered).isGreaterThan(200);
            assertThat(told).isPositive();
        }

        @ParameterizedTest
        @ValueSource(ints = {50, 300, 2_000})
        void withSeveralNobodyDoesEitherWhateverAProgramWritesBesideOrInsteadOfAnswers(int slowest) {
            for (long seed = 0; seed < 24; seed++) {
                serve(seed, new Kind(seed % 2 == 0, seed % 2 == 1, slowest), 4);
            }
            assertThat(answered).isGreaterThan(200);
            assertThat(told).isPositive();
        }
    }
}
