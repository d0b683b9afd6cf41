package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static io.merlinadapter.cli.it.support.Requests.large;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Callers;
import io.merlinadapter.cli.it.support.Processes;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Programs that do not answer: hung ones, which are replaced, and slow or idle ones, which are not. */
interface SilenceContract extends Supervision {
    /** Hung is what has owed an answer for two seconds and kept quiet. */
    List<String> IMPATIENT = List.of(WARMUP, "--request-timeout=1s", "--hang-timeout=1s");

    Duration BLINK = Duration.ofMillis(50);

    @Test
    default void aStoppedProgramIsFoundHungAndReplaced() {
        try (Supervised adapter = serve(IMPATIENT)) {
            long stopped = adapter.child();
            Processes.signal(stopped, "STOP");
            adapter.post(echo("inside")).isError(504, "no answer within 1000 ms");
            adapter.diedOf("hang", 1);
            adapter.process().awaitReady(1);
            assertThat(adapter.post(echo("after")).pid()).isNotEqualTo(stopped);
            assertThat(adapter.failures("deadline")).isEqualTo(1);
            adapter.wasUnreadyOnce();
        }
    }

    @Test
    default void aProgramThatWasIdleForLongIsNotTakenForHungByItsFirstRequest() {
        try (Supervised adapter = serve(IMPATIENT)) {
            assertThat(adapter.process().endsWithin(Duration.ofSeconds(4))).isFalse();
            adapter.post(does("['sleep',500]", answer("first"))).isTheAnswerTo("first");
            adapter.serves("second");
            adapter.diedOf("hang", 0);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void callersWithTinyDeadlinesGetNoSlowProgramReplaced() {
        List<String> options = List.of(WARMUP, "--request-timeout=20s", "--hang-timeout=1s");
        try (Supervised adapter = serve(options)) {
            long child = adapter.child();
            for (int i = 0; i < 4; i++) {
                Told told = adapter.post(does("['sleep',2500]", "['answer',{}]"), BLINK);
                assertThat(told.status()).isIn(408, 503, 504);
            }
            adapter.until(() -> adapter.count("adapter_late_replies_total") > 0, "late reply");
            assertThat(adapter.post(echo("patient")).pid()).isEqualTo(child);
            adapter.diedOf("hang", 0);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aLateAnswerGoesToNobody() {
        try (Supervised adapter = serve(List.of())) {
            adapter.post(does("['sleep',3000]", answer("late")), Duration.ofSeconds(2))
                    .isError(504, "no answer within 2000 ms");
            adapter.serves("next");
            assertThat(adapter.count("adapter_late_replies_total")).isEqualTo(1);
            assertThat(adapter.failures("deadline")).isEqualTo(1);
            adapter.diedOf("hang", 0);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aProgramThatStopsReadingUnderLargeBodiesIsFoundHungAndReplaced() throws InterruptedException {
        // On a busy machine a large body takes its time to get inside.
        List<String> options = List.of(WARMUP, "--request-timeout=4s", "--hang-timeout=1s");
        try (Supervised adapter = serve(options)) {
            adapter.post(does(answer("last"), FOR_EVER)).isTheAnswerTo("last");
            var inside = adapter.postAside(large("inside"));
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            Callers.together(64, 64, n -> adapter.post(large("t" + n)).isOwn("t" + n));
            adapter.diedOf("hang", 1);
            inside.join().isOwn("inside");
            adapter.process().awaitReady(1);
            adapter.post(large("after")).isTheAnswerTo("after");
            adapter.wasUnreadyOnce();
        }
    }

    @Test
    default void aStopWhileTheProgramDoesNotReadLargeBodiesEndsInTime() throws Exception {
        try (Supervised adapter = serve(List.of("--drain-timeout=1s"), "ignore-term")) {
            adapter.post(does(answer("last"), FOR_EVER)).isTheAnswerTo("last");
            CompletableFuture<Void> callers = CompletableFuture.runAsync(() -> {
                try {
                    Callers.together(64, 64, n -> adapter.post(large("t" + n)).isOwn("t" + n));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (AssertionError cut) {
                    // The connections are closed once the time to drain is over.
                }
            });
            adapter.until(() -> adapter.count("adapter_queue_depth") >= 10, "queue");
            long before = System.nanoTime();
            assertThat(adapter.stop()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(12));
            callers.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    default void aProgramThatClosesItsOutputInsideARequestIsReplaced() {
        try (Supervised adapter = serve(List.of(WARMUP), DeathContract.SLOW_START)) {
            adapter.post(does("['close_replies',0]", FOR_EVER)).isError(502, "closed its " + replyStream());
            adapter.diedOf("protocol", 1);
            adapter.serves("after");
            adapter.wasUnreadyOnce();
        }
    }

    @Test
    default void aProgramThatClosesItsOutputWhileIdleIsReplacedBeforeAnybodyNotices() {
        try (Supervised adapter = serve(List.of(WARMUP), DeathContract.SLOW_START)) {
            adapter.post(does(answer("last"), "['close_replies',0]", FOR_EVER)).isTheAnswerTo("last");
            adapter.diedOf("protocol", 1);
            adapter.serves("after");
            adapter.wasUnreadyOnce();
            assertThat(adapter.failures()).isEmpty();
        }
    }
}
