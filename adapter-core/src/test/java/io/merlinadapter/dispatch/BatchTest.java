package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import io.merlinadapter.scripted.ScriptedCore.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What goes together, when, and what becomes of each request of a batch. */
class BatchTest {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+),\"method\":\"predict\"");
    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");
    private static final Duration DELAY = Duration.ofMillis(2);

    private final ScriptedCore.Options options = new ScriptedCore.Options();

    @BeforeEach
    void speakJsonRpc() {
        options.rpc = true;
        options.maxInFlight = 256;
        options.backOff = Duration.ofMillis(1);
    }

    private ScriptedCore serve() {
        return serve("{\"batch\":{\"max_size\":4,\"max_delay_ms\":2}}");
    }

    private ScriptedCore serve(String capabilities) {
        ScriptedCore core = options.start();
        ready(core, core.child(), capabilities);
        return core;
    }

    private static void ready(ScriptedCore core, ScriptedChild child, String capabilities) {
        core.says(child, reply(1, capabilities));
    }

    private static String reply(int id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    private static String array(String... answers) {
        return "[" + String.join(",", answers) + "]";
    }

    private static String failure(int id, int code, String message) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":\"" + message
                + "\"}}";
    }

    /** The number of each request that was on each line, as in {@code 1 2+3}. */
    private static List<String> lines(ScriptedChild child) {
        return child.received().stream()
                .filter(line -> line.contains("\"predict\""))
                .map(line -> String.join(
                        "+",
                        NUMBER.matcher(line)
                                .results()
                                .map(found -> found.group(1))
                                .toList()))
                .toList();
    }

    private static List<Integer> ids(String line) {
        return ID.matcher(line).results().map(BatchTest::number).toList();
    }

    private static int number(MatchResult found) {
        return Integer.parseInt(found.group(1));
    }

    /** Asks at the same time, so that nobody who is asked first goes first. */
    private static List<Asked> askTogether(ScriptedCore core, int from, int to) {
        List<Asked> asked = new ArrayList<>();
        IntStream.rangeClosed(from, to)
                .forEach(n -> asked.add(core.askInTheSameTurn("{\"n\":" + n + "}", ScriptedCore.TIMEOUT)));
        core.loop.turn();
        return asked;
    }

    /** Answers every line at once: with an array if it is a batch. */
    private static void answersAll(ScriptedChild child) {
        child.onLine(line -> {
            String[] answers = ids(line).stream()
                    .map(id -> reply(id, "{\"a\":" + id + "}"))
                    .toArray(String[]::new);
            if (answers.length > 0) {
                child.write(line.startsWith("[") ? array(answers) : answers[0]);
            }
        });
    }

    private static void threeAreUsuallyThere(ScriptedCore core) {
        answersAll(core.child());
        askTogether(core, 1, 3);
        assertThat(lines(core.child())).containsExactly("1", "2+3");
        core.advance(DELAY.plusNanos(1));
    }

    @Nested
    class Forming {
        @Test
        void whatWaitsGoesTogetherWhenAWorkerHasRoom() {
            ScriptedCore core = serve();
            Asked alone = core.ask("{\"n\":1}");
            askTogether(core, 2, 6);
            assertThat(lines(core.child())).containsExactly("1");
            assertThat(core.dispatcher.stats().queued()).isEqualTo(5);
            core.says(core.child(), reply(2, "{}"));
            assertThat(alone.isOver()).isTrue();
            assertThat(lines(core.child())).containsExactly("1", "2+3+4+5");
            assertThat(core.child().lastReceived()).startsWith("[{\"jsonrpc\"").endsWith("}]");
            assertThat(core.pool.stats().inFlight()).isEqualTo(4);
            assertThat(core.counts.batches).containsExactly(1, 4);
        }

        @Test
        void requestsOfBothProtocolsGoTogether() {
            ScriptedCore core = serve();
            core.ask("{\"n\":1}");
            core.askInTheSameTurn("{\"n\":2}", ScriptedCore.TIMEOUT);
            core.askToTranslateInTheSameTurn("{\"n\":3}");
            core.loop.turn();
            core.says(core.child(), reply(2, "{}"));
            core.advance(DELAY.plusNanos(1));
            assertThat(lines(core.child())).containsExactly("1", "2+3");
            assertThat(core.child().lastReceived()).contains("\"protocol\":\"HTTP_JSON\"", "\"protocol\":\"UPI_V1\"");
        }

        @Test
        void aBatchIsOneOfTheRequestsThatAProgramTakesAtATime() {
            ScriptedCore core = serve("{\"concurrency\":2,\"batch\":{\"max_size\":4}}");
            assertThat(core.pool.stats().capacity()).isEqualTo(8);
            core.ask("{\"n\":1}");
            core.ask("{\"n\":2}");
            askTogether(core, 3, 9);
            core.says(core.child(), reply(2, "{}"));
            assertThat(lines(core.child())).containsExactly("1", "2", "3+4+5+6");
            core.says(core.child(), reply(4, "{}"), reply(5, "{}"), reply(6, "{}"), reply(7, "{}"));
            assertThat(lines(core.child())).as("answered one by one").endsWith("7+8+9");
        }

        @Test
        void anIncompleteBatchWaitsForThoseThatAreUsuallyThere() {
            ScriptedCore core = serve();
            threeAreUsuallyThere(core);
            core.ask("{\"n\":5}");
            core.advance(Duration.ofMillis(1));
            core.ask("{\"n\":6}");
            assertThat(lines(core.child())).as("three were there before").hasSize(2);
            core.ask("{\"n\":7}");
            assertThat(lines(core.child())).endsWith("5+6+7");
            assertThat(core.counts.batchWaits).endsWith(Duration.ofMillis(1));
        }

        @Test
        void butNotLongerThanItsProgramSays() {
            ScriptedCore core = serve();
            threeAreUsuallyThere(core);
            core.ask("{\"n\":5}");
            core.advance(DELAY.minusNanos(1));
            assertThat(lines(core.child())).hasSize(2);
            core.advance(Duration.ofNanos(1));
            assertThat(lines(core.child())).endsWith("5");
            core.advance(Duration.ofNanos(1));
            core.ask("{\"n\":6}");
            assertThat(lines(core.child())).as("two of three had not come").endsWith("6");
        }

        @Test
        void theOptionsOverrideDownwards() {
            options.batchMaxSize = 2;
            options.batchMaxDelay = Duration.ofMillis(1);
            ScriptedCore core = serve();
            answersAll(core.child());
            askTogether(core, 1, 5);
            assertThat(lines(core.child())).containsExactly("1", "2+3", "4+5");
            core.ask("{\"n\":6}");
            core.advance(Duration.ofMillis(1));
            assertThat(lines(core.child())).endsWith("6");
        }

        @Test
        void aSizeOfOneTurnsThemOff() {
            options.batchMaxSize = 1;
            ScriptedCore core = serve();
            answersAll(core.child());
            askTogether(core, 1, 3);
            assertThat(lines(core.child())).containsExactly("1", "2", "3");
            assertThat(core.counts.batches).isEmpty();
        }

        @Test
        void expiredAndCancelledRequestsAreNotSent() {
            ScriptedCore core = serve();
            core.ask("{\"n\":1}");
            core.ask("{\"n\":2}", Duration.ofMillis(50));
            Asked leaves = core.ask("{\"n\":3}");
            core.ask("{\"n\":4}");
            leaves.cancel();
            core.advance(Duration.ofMillis(50));
            core.says(core.child(), reply(2, "{}"));
            core.advance(DELAY);
            assertThat(lines(core.child())).containsExactly("1", "4");
        }

        @Test
        void oneThatLeavesWhileItsBatchWaitsIsNotSent() {
            ScriptedCore core = serve();
            threeAreUsuallyThere(core);
            Asked leaves = core.ask("{\"n\":5}");
            core.ask("{\"n\":6}");
            leaves.cancel();
            core.advance(DELAY);
            assertThat(lines(core.child())).endsWith("6");
        }

        @Test
        void ifAllLeaveTheNextWaitIsANewOne() {
            ScriptedCore core = serve();
            threeAreUsuallyThere(core);
            Asked leaves = core.ask("{\"n\":5}");
            core.advance(Duration.ofMillis(1));
            leaves.cancel();
            core.ask("{\"n\":6}");
            core.advance(DELAY.minusNanos(1));
            assertThat(lines(core.child())).hasSize(2);
            core.advance(Duration.ofNanos(1));
            assertThat(lines(core.child())).endsWith("6");
            assertThat(core.counts.batchWaits).endsWith(DELAY);
        }

        @Test
        void aDeadlineThatIsLaterThanTheDelayWaitsAndIsStillSent() {
            ScriptedCore core = serve();
            threeAreUsuallyThere(core);
            Asked near = core.ask("{\"n\":5}", DELAY.plusNanos(1));
            core.advance(DELAY.minusNanos(1));
            assertThat(lines(core.child())).hasSize(2);
            core.advance(Duration.ofNanos(1));
            assertThat(lines(core.child())).as("it had a nanosecond left").endsWith("5");
            assertThat(near.isOver()).isTrue();
        }

        @Test
        void aDeadlineThatIsNearEndsTheWait() {
            ScriptedCore core = serve();
            threeAreUsuallyThere(core);
            core.ask("{\"n\":5}");
            core.ask("{\"n\":6}", DELAY);
            assertThat(lines(core.child())).endsWith("5+6");
        }

        @Test
        void largeBodiesDoNotGoTogetherWithoutLimit() {
            ScriptedCore core = serve();
            String large = ",\"x\":\"" + "x".repeat(7 << 20) + "\"}";
            core.ask("{\"n\":1}");
            for (int n = 2; n <= 4; n++) {
                core.ask("{\"n\":" + n + large);
            }
            core.says(core.child(), reply(2, "{}"));
            assertThat(lines(core.child())).containsExactly("1", "2+3");
        }

        @Test
        void aBatchIsNoLargerThanThereIsMemoryForItsReplies() {
            ScriptedCore core = serve();
            core.ask("{\"n\":1}");
            askTogether(core, 2, 4);
            // Two shares: one is left, and one comes back.
            core.budget.reserve(core.budget.limit() - core.budget.used() - ReplyShares.SHARE - 100);
            core.says(core.child(), reply(2, "{}"));
            core.advance(DELAY);
            assertThat(lines(core.child())).containsExactly("1", "2+3");
        }
    }

    @Nested
    class Answers {
        private ScriptedCore core;
        private List<Asked> asked;

        /** Requests 1, 2 and 3 are on one line, as 3, 4 and 5. */
        @BeforeEach
        void aBatchIsThere() {
            core = serve();
            core.ask("{\"n\":0}");
            asked = askTogether(core, 1, 3);
            core.says(core.child(), reply(2, "{}"));
            core.advance(DELAY);
            assertThat(lines(core.child())).containsExactly("0", "1+2+3");
        }

        @Test
        void mayComeAsOneArrayInAnyOrder() {
            core.says(core.child(), array(reply(5, "{\"a\":3}"), failure(3, 422, "age"), reply(4, "{\"a\":2}")));
            assertThat(asked.get(0).failure().status()).isEqualTo(422);
            assertThat(asked.get(1).answer()).isEqualTo("{\"a\":2}");
            assertThat(asked.get(2).answer()).isEqualTo("{\"a\":3}");
            assertThat(asked.get(2).call.timings().batchSize()).isEqualTo(3);
        }

        @Test
        void orOneByOne() {
            core.says(core.child(), reply(4, "{\"a\":2}"));
            assertThat(asked.get(1).answer()).isEqualTo("{\"a\":2}");
            assertThat(asked.get(0).isOver()).isFalse();
            core.says(core.child(), reply(3, "{\"a\":1}"), reply(5, "{\"a\":3}"));
            assertThat(asked.get(0).answer()).isEqualTo("{\"a\":1}");
            assertThat(asked.get(2).answer()).isEqualTo("{\"a\":3}");
        }

        @Test
        void whatAnArrayLacksNeverComes() {
            core.says(core.child(), array(reply(3, "{\"a\":1}"), reply(5, "{\"a\":3}")));
            assertThat(asked.get(0).answer()).isEqualTo("{\"a\":1}");
            assertThat(asked.get(1).failure().kind()).isEqualTo(FailureKind.BAD_REPLY);
            assertThat(asked.get(1).failure()).hasMessageContaining("has none to this request");
            core.says(core.child(), reply(4, "{\"late\":1}"));
            assertThat(core.counts.unusableLines).isEqualTo(1);
        }

        @Test
        void someMayComeBeforeTheArrayOfTheRest() {
            core.says(core.child(), reply(4, "{\"a\":2}"));
            core.says(core.child(), array(reply(3, "{\"a\":1}"), reply(5, "{\"a\":3}")));
            assertThat(asked.stream().map(Asked::answer)).containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
        }

        @Test
        void unknownAndDoubledOnesHurtNobody() {
            core.says(
                    core.child(),
                    array(
                            reply(77, "{\"x\":1}"),
                            reply(3, "{\"a\":1}"),
                            reply(3, "{\"x\":2}"),
                            reply(4, "{\"a\":2}"),
                            reply(2, "{\"x\":3}"),
                            reply(5, "{\"a\":3}")));
            assertThat(asked.stream().map(Asked::answer)).containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
            assertThat(core.counts.unusableLines).isEqualTo(3);
        }

        @Test
        void anArrayThatIsDoubledDoesNotCloseTheNextBatch() {
            String array = array(reply(3, "{\"a\":1}"), reply(4, "{\"a\":2}"), reply(5, "{\"a\":3}"));
            core.says(core.child(), array);
            List<Asked> next = askTogether(core, 4, 6);
            core.advance(DELAY);
            core.says(core.child(), array);
            assertThat(next).noneMatch(Asked::isOver);
        }

        @Test
        void anElementThatCannotBeUsedHurtsOnlyItsRequest() {
            core.says(core.child(), array(reply(3, "[1]"), reply(4, "{\"a\":2}"), reply(5, "{\"a\":NaN}")));
            assertThat(asked.get(0).failure()).hasMessageContaining("--reply=any");
            assertThat(asked.get(1).answer()).isEqualTo("{\"a\":2}");
            assertThat(asked.get(2).failure()).hasMessageContaining("--nan=null");
            assertThat(core.counts.unusableLines).isEqualTo(2);
        }

        @Test
        void aBrokenArrayFailsItsBatchOnly() {
            core.says(core.child(), "[" + reply(4, "{\"a\":2}") + ",{\"jsonrpc\":\"2.0\",\"id\":3,\"result\":{\"a\":");
            assertThat(asked).allSatisfy(each -> {
                assertThat(each.failure().kind()).isEqualTo(FailureKind.BAD_REPLY);
                assertThat(each.failure()).hasMessageContaining("it ends in the middle");
            });
            core.ask("{\"n\":4}");
            assertThat(core.counts.deaths).isEmpty();
        }

        @Test
        void aFailureWithoutAnIdIsForAllOfTheOnlyLine() {
            core.says(
                    core.child(),
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"no arrays here\"}}");
            assertThat(asked).allSatisfy(each -> assertThat(each.failure()).hasMessageContaining("no arrays here"));
        }

        @Test
        void theWorkerHasRoomOnlyWhenTheLastHasCome() {
            askTogether(core, 4, 7);
            core.says(core.child(), reply(3, "{}"), reply(4, "{}"));
            assertThat(lines(core.child())).hasSize(2);
            core.says(core.child(), reply(5, "{}"));
            assertThat(lines(core.child())).endsWith("4+5+6+7");
        }

        @Test
        void afterAllOfItNothingIsLeftInMemory() {
            core.says(core.child(), array(reply(3, "{\"a\":1}"), reply(5, "{\"a\":3}")));
            asked.get(0).answer();
            assertThat(core.budget.used()).isPositive();
            asked.get(2).answer();
            // The first of all has not been read by its caller.
            assertThat(core.budget.used()).isLessThan(60);
        }
    }

    @Nested
    class TwoBatchesAtATime {
        private ScriptedCore core;
        private List<Asked> first;
        private List<Asked> second;

        /** 4 and 5 are on one line, 6 and 7 on another. */
        @BeforeEach
        void twoBatchesAreThere() {
            core = serve("{\"concurrency\":2,\"batch\":{\"max_size\":2}}");
            core.ask("{}");
            core.ask("{}");
            first = askTogether(core, 1, 2);
            second = askTogether(core, 3, 4);
            core.says(core.child(), reply(2, "{}"), reply(3, "{}"));
            assertThat(lines(core.child())).endsWith("1+2", "3+4");
        }

        @Test
        void anArrayClosesTheBatchThatItAnswersAndNoOther() {
            core.says(core.child(), array(reply(7, "{\"a\":4}")));
            assertThat(second.get(1).answer()).isEqualTo("{\"a\":4}");
            assertThat(second.get(0).failure().kind()).isEqualTo(FailureKind.BAD_REPLY);
            assertThat(first).noneMatch(Asked::isOver);
        }

        @Test
        void aWrongNumberInItDoesNotCloseTheOther() {
            core.says(core.child(), array(reply(4, "{}"), reply(6, "{\"a\":3}"), reply(7, "{\"a\":4}")));
            assertThat(second).allMatch(Asked::isOver);
            assertThat(first.get(1).isOver()).isFalse();
        }

        @Test
        void aBrokenArrayHurtsTheBatchThatItNames() {
            core.says(core.child(), "[" + reply(6, "{}") + "," + reply(7, "{") + "]");
            assertThat(second).allMatch(Asked::isOver);
            assertThat(first).noneMatch(Asked::isOver);
            core.says(core.child(), "[{\"jsonrpc\":\"2.0\",");
            assertThat(first).as("the only one that is left").allMatch(Asked::isOver);
        }

        @Test
        void whatIsNeverAnsweredTakesOnePlaceForEachLine() {
            core.says(core.child(), reply(4, "{}"), reply(6, "{}"), reply(7, "{}"));
            core.advance(Duration.ofSeconds(70));
            assertThat(core.counts.abandoned).isEqualTo(1);
            assertThat(core.counts.deaths).as("half of its places are lost").containsExactly(DeathReason.HANG);
        }
    }

    @Nested
    class Leaving {
        @Test
        void oneThatLeavesIsCancelledAlone() {
            ScriptedCore core = serve("{\"cancel\":true,\"batch\":{\"max_size\":4}}");
            core.ask("{}");
            List<Asked> asked = askTogether(core, 1, 3);
            core.says(core.child(), reply(2, "{}"));
            asked.get(1).cancel();
            assertThat(core.child().lastReceived())
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":4}}");
            core.says(core.child(), array(reply(3, "{\"a\":1}"), reply(5, "{\"a\":3}")));
            assertThat(asked.get(0).answer()).isEqualTo("{\"a\":1}");
            assertThat(asked.get(2).answer()).isEqualTo("{\"a\":3}");
            assertThat(core.counts.lateReplies)
                    .as("the missing answer was nobody's")
                    .isEqualTo(1);
            core.ask("{\"n\":9}");
            core.advance(DELAY);
            assertThat(lines(core.child())).endsWith("9");
        }

        @Test
        void oneThatLeavesBeforeItsLineHasBegunIsTakenOutOfIt() {
            ScriptedCore core = serve("{\"concurrency\":2,\"cancel\":true,\"batch\":{\"max_size\":4}}");
            ScriptedChild child = core.child();
            core.ask("{}");
            core.ask("{}");
            core.ask("{\"x\":\"" + "x".repeat(70_000) + "\"}");
            child.stopReading();
            core.says(child, reply(2, "{}"));
            List<Asked> asked = askTogether(core, 1, 3);
            core.says(child, reply(3, "{}"));
            asked.get(1).cancel();
            child.resumeReading();
            core.loop.turn();
            assertThat(String.join("\n", child.received())).doesNotContain("\"n\":2");
            assertThat(lines(child)).endsWith("1+3");
            assertThat(core.child().received()).noneMatch(line -> line.contains("\"cancel\""));
        }
    }

    @Nested
    class WhenTheWorkerDies {
        @Test
        void whatWasReadFailsAndSaysThatOthersWereThere() {
            ScriptedCore core = serve();
            core.ask("{}");
            List<Asked> asked = askTogether(core, 1, 3);
            core.says(core.child(), reply(2, "{}"));
            core.advance(DELAY);
            core.ends(core.child(), 1);
            assertThat(asked).allSatisfy(each -> {
                assertThat(each.failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
                assertThat(each.failure())
                        .hasMessageContaining("one of a batch of 3; --retry-on-worker-loss repeats each of them alone");
            });
        }

        @Test
        void whatWasNotReadGoesOnInOrder() {
            ScriptedCore core = serve();
            core.ask("{}");
            askTogether(core, 1, 3);
            core.child().stopReading();
            core.says(core.child(), reply(2, "{}"));
            core.advance(DELAY);
            askTogether(core, 4, 4);
            core.ends(core.child(), 1);
            core.advance(Duration.ofSeconds(1));
            ready(core, core.child(), "{\"batch\":{\"max_size\":8}}");
            assertThat(core.children.all()).hasSize(2);
            assertThat(lines(core.child())).containsExactly("1+2+3+4");
        }

        @Test
        void whatMayBeRepeatedIsRepeatedOneByOneSoThatAPoisonTakesNobodyTwice() {
            options.retryOnWorkerLoss = true;
            options.giveUpAfter = 0;
            ScriptedCore core = options.start();
            ready(core, core.child(), "{\"batch\":{\"max_size\":8}}");
            core.children.onStart(BatchTest::diesOfThree);
            diesOfThree(core.child());
            core.ask("{\"n\":0}");
            List<Asked> asked = askTogether(core, 1, 5);
            for (int life = 0; life < 3; life++) {
                core.advance(Duration.ofSeconds(6));
                if (core.child().received().size() == 1) {
                    ready(core, core.child(), "{\"concurrency\":4,\"batch\":{\"max_size\":8}}");
                }
            }
            assertThat(core.children.all().stream().map(BatchTest::lines))
                    .containsExactly(List.of("0", "1", "2+3+4+5"), List.of("2", "3"), List.of("4", "5"));
            assertThat(asked.get(2).failure().kind()).isEqualTo(FailureKind.WORKER_LOST);
            for (int i : List.of(0, 1, 3, 4)) {
                assertThat(asked.get(i).call.outcome().succeeded())
                        .as("request " + (i + 1))
                        .isTrue();
                asked.get(i).answer();
            }
        }

        @Test
        void othersNeedNotWaitForThoseThatAreRepeated() {
            options.retryOnWorkerLoss = true;
            ScriptedCore core = serve("{\"concurrency\":2,\"batch\":{\"max_size\":2}}");
            core.ask("{}");
            core.ask("{}");
            askTogether(core, 1, 2);
            core.says(core.child(), reply(2, "{}"));
            core.says(core.child(), reply(3, "{}"));
            core.ends(core.child(), 1);
            core.advance(Duration.ofSeconds(1));
            ready(core, core.child(), "{\"concurrency\":3,\"batch\":{\"max_size\":2}}");
            core.ask("{\"n\":3}");
            assertThat(lines(core.child())).containsExactly("1", "3");
            core.says(core.child(), reply(2, "{}"));
            assertThat(lines(core.child())).containsExactly("1", "3", "2");
        }
    }

    /** Ends with the request that has the number 3; answers all others. */
    private static void diesOfThree(ScriptedChild child) {
        child.onLine(line -> {
            if (line.contains("\"n\":3")) {
                child.exit(1);
                return;
            }
            String[] answers =
                    ids(line).stream().map(id -> reply(id, "{\"a\":1}")).toArray(String[]::new);
            if (answers.length > 0) {
                child.write(line.startsWith("[") ? array(answers) : answers[0]);
            }
        });
    }
}
