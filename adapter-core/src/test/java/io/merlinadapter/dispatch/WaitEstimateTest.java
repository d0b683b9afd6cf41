package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.scripted.ManualEventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;

/** The expected wait against the real one, of a pool of workers whose speed the test says. */
class WaitEstimateTest {
    private static final long MILLI = 1_000_000;

    private final ManualEventLoop loop = new ManualEventLoop();
    private final WaitEstimate estimate = new WaitEstimate();
    private final Random random = new Random(17);
    private final Queue<Arrival> waiting = new ArrayDeque<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final long begin = loop.now();
    private int capacity = 1;
    private int busy;
    /** How long the pool takes for an answer, by how many it has to work on. */
    private ToLongFunction<Integer> serviceNanos = load -> 5 * MILLI;

    private record Arrival(long at, long expected) {}

    private record Outcome(Duration after, long expected, long real) {}

    private Duration elapsed() {
        return Duration.ofNanos(loop.now() - begin);
    }

    private void arrive() {
        long now = loop.now();
        waiting.add(new Arrival(now, estimate.waitNanos(waiting.size(), capacity, now)));
        handOut();
    }

    private void handOut() {
        while (busy < capacity && !waiting.isEmpty()) {
            Arrival next = waiting.remove();
            long now = loop.now();
            busy++;
            outcomes.add(new Outcome(elapsed(), next.expected, now - next.at));
            estimate.handedOut(capacity, !waiting.isEmpty(), now);
            loop.afterNanos(serviceNanos.applyAsLong(busy), () -> {
                busy--;
                estimate.answeredIn(loop.now() - now, loop.now());
                handOut();
            });
        }
    }

    /** As many as keep {@code depth} waiting come for so long. */
    private void crowd(int depth, Duration time) {
        long end = loop.now() + time.toNanos();
        while (loop.now() < end) {
            while (waiting.size() < depth) {
                arrive();
            }
            loop.advance(Duration.ofMillis(1));
        }
    }

    /** None come until the last has its answer. */
    private void empty() {
        while (busy > 0) {
            loop.advance(Duration.ofMillis(1));
        }
    }

    /** Of those that were handed out in this time, the part for which {@code quality} is within a factor of two. */
    private double rightBetween(Duration from, Duration to, ToDoubleFunction<Outcome> quality) {
        List<Outcome> within = outcomes.stream()
                .filter(one -> one.after.compareTo(from) >= 0 && one.after.compareTo(to) < 0)
                .toList();
        assertThat(within).hasSizeGreaterThan(5);
        return (double) within.stream()
                        .mapToDouble(quality)
                        .filter(ratio -> ratio >= 0.5 && ratio <= 2)
                        .count()
                / within.size();
    }

    private double rightBetween(Duration from, Duration to) {
        return rightBetween(from, to, one -> (double) one.expected / one.real);
    }

    private long expectedFor(int ahead) {
        return estimate.waitNanos(ahead, capacity, loop.now());
    }

    @Test
    void nothingIsEstimatedFromTooFewAnswers() {
        for (int i = 1; i < WaitEstimate.LEAST_ANSWERS; i++) {
            estimate.answeredIn(MILLI, loop.now());
        }
        assertThat(expectedFor(10)).isZero();
        estimate.answeredIn(MILLI, loop.now());
        assertThat(expectedFor(10)).isEqualTo(11 * MILLI);
    }

    @Test
    void nobodyWaitsWhereNobodyIsAhead() {
        crowd(10, Duration.ofSeconds(1));
        assertThat(expectedFor(0)).isZero();
    }

    @Test
    void withoutAWorkerNothingIsKnown() {
        crowd(10, Duration.ofSeconds(1));
        assertThat(estimate.waitNanos(10, 0, loop.now())).isZero();
    }

    @Test
    void itIsRightForASteadyProgram() {
        crowd(100, Duration.ofSeconds(5));
        assertThat(rightBetween(Duration.ofSeconds(1), Duration.ofSeconds(5))).isEqualTo(1);
    }

    @Test
    void itIsRightForAProgramWhoseAnswersTakeVeryDifferentTimes() {
        serviceNanos = load -> (long) (-Math.log(1 - random.nextDouble()) * 5 * MILLI);
        crowd(100, Duration.ofSeconds(30));
        assertThat(rightBetween(Duration.ofSeconds(2), Duration.ofSeconds(30))).isGreaterThan(0.99);
    }

    @Test
    void itIsRightForAProgramThatTakesSecondsForAnAnswer() {
        serviceNanos = load -> 2000 * MILLI;
        crowd(10, Duration.ofMinutes(4));
        assertThat(rightBetween(Duration.ofMinutes(1), Duration.ofMinutes(4))).isEqualTo(1);
    }

    @Test
    void itIsRightForSeveralWorkers() {
        capacity = 4;
        serviceNanos = load -> (long) ((0.5 + random.nextDouble()) * 20 * MILLI);
        crowd(100, Duration.ofSeconds(5));
        assertThat(rightBetween(Duration.ofSeconds(1), Duration.ofSeconds(5))).isEqualTo(1);
    }

    @Test
    void itIsRightForAProgramThatTakesManyAtATimeAndWorksOnOne() {
        capacity = 8;
        // As long for each as all that it has take one after the other.
        serviceNanos = load -> load * 5 * MILLI;
        crowd(100, Duration.ofSeconds(5));
        assertThat(rightBetween(Duration.ofMillis(1500), Duration.ofSeconds(5))).isEqualTo(1);
    }

    @Test
    void itFollowsAProgramThatBecomesSlowWithinASecondOrSo() {
        crowd(50, Duration.ofSeconds(3));
        serviceNanos = load -> 50 * MILLI;
        crowd(50, Duration.ofMillis(1200));
        assertThat(expectedFor(50)).isBetween(51 * 25 * MILLI, 51 * 100 * MILLI);
    }

    @Test
    void itFollowsAProgramThatBecomesFastWithinASecondOrSo() {
        serviceNanos = load -> 50 * MILLI;
        crowd(50, Duration.ofSeconds(3));
        serviceNanos = load -> 5 * MILLI;
        crowd(50, Duration.ofMillis(1200));
        assertThat(expectedFor(50)).isBetween(51 * 5 * MILLI / 2, 51 * 10 * MILLI);
    }

    @Test
    void aProgramThatStopsIsNoticedWithoutAnAnswer() {
        crowd(50, Duration.ofSeconds(3));
        long before = expectedFor(50);
        serviceNanos = load -> Duration.ofMinutes(1).toNanos();
        crowd(50, Duration.ofSeconds(3));
        assertThat(expectedFor(50)).isGreaterThan(10 * before);
    }

    @Test
    void aWorkerMoreOrLessIsFeltAtOnce() {
        capacity = 2;
        crowd(50, Duration.ofSeconds(2));
        long before = expectedFor(50);
        capacity = 1;
        assertThat(expectedFor(50)).isBetween(before * 19 / 10, before * 21 / 10);
    }

    @Test
    void afterAnIdleTimeTheNextAnswersCountAndNotThoseBeforeIt() {
        serviceNanos = load -> 100 * MILLI;
        crowd(20, Duration.ofSeconds(5));
        waiting.clear();
        estimate.interrupted();
        empty();
        loop.advance(Duration.ofSeconds(5));
        serviceNanos = load -> 5 * MILLI;
        crowd(20, Duration.ofSeconds(1));
        assertThat(expectedFor(20)).isBetween(21 * 5 * MILLI / 2, 21 * 10 * MILLI);
    }

    @Test
    void aPaceOfLongAgoDoesNotCountWhereAnswersHaveBeenOtherSince() {
        serviceNanos = load -> 100 * MILLI;
        crowd(20, Duration.ofSeconds(5));
        waiting.clear();
        estimate.interrupted();
        empty();
        serviceNanos = load -> 5 * MILLI;
        for (int i = 0; i < 60; i++) {
            arrive();
            loop.advance(Duration.ofSeconds(1));
        }
        assertThat(expectedFor(20)).isBetween(21 * 5 * MILLI / 2, 21 * 10 * MILLI);
    }

    @Test
    void whatItKnewIsForgottenWhenNobodyHasCalledForLong() {
        crowd(20, Duration.ofSeconds(1));
        waiting.clear();
        estimate.interrupted();
        empty();
        assertThat(expectedFor(20)).isPositive();
        loop.advance(WaitEstimate.FORGOTTEN_AFTER.plusSeconds(1));
        assertThat(expectedFor(20)).isZero();
        assertThat(estimate.answerNanos(loop.now())).isZero();
    }

    @Test
    void aPauseWithoutAWorkerIsNoPace() {
        crowd(20, Duration.ofSeconds(1));
        int held = busy;
        busy = capacity;
        estimate.interrupted();
        loop.advance(Duration.ofSeconds(8));
        busy = held;
        crowd(20, Duration.ofMillis(100));
        assertThat(expectedFor(20)).isLessThan(21 * 10 * MILLI);
    }
}
