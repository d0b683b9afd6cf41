package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.FOR_EVER;
import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Gate;
import io.merlinadapter.cli.it.support.PassingCaller;
import io.merlinadapter.cli.it.support.Requests;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import io.merlinadapter.cli.it.support.Watch;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers who have gone, and programs that are told so. */
interface JsonRpcCancelContract extends Supervision {
    @ParameterizedTest
    @CsvSource({"HTTP_1_1,0", "HTTP_2,0", "HTTP_2,8"})
    default void aCallerWhoLeavesHasTheProgramStop(HttpVersion version, long code) throws Exception {
        try (Supervised adapter = serve(List.of(), "concurrency=2", "cancel");
                PassingCaller caller = PassingCaller.posts(adapter, version, does(FOR_EVER))) {
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            caller.leave(code);
            adapter.process().awaitOutput("cancelled id 2");
            adapter.until(() -> adapter.count("adapter_in_flight") == 0, "end of the request");
            assertThat(adapter.count("adapter_cancelled_total")).isEqualTo(1);
            assertThat(adapter.count("adapter_late_replies_total")).isEqualTo(1);
            assertThat(adapter.count("adapter_unusable_lines_total")).isZero();
            adapter.serves("after");
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aDeadlineThatPassesHasTheProgramStop() {
        try (Supervised adapter = serve(List.of(), "concurrency=2", "cancel")) {
            adapter.post(does(FOR_EVER), Duration.ofSeconds(2)).isError(504, "no answer within 2000 ms");
            adapter.process().awaitOutput("cancelled id 2");
            adapter.until(() -> adapter.count("adapter_in_flight") == 0, "end of the request");
            assertThat(adapter.count("adapter_late_replies_total")).isEqualTo(1);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aProgramThatDoesNotAdvertiseItIsToldOfNoCancel() {
        try (Supervised adapter = serve(List.of(), "concurrency=2")) {
            adapter.post(does("['sleep',3000]", answer("late")), Duration.ofSeconds(2))
                    .isError(504, "no answer within 2000 ms");
            adapter.until(() -> adapter.count("adapter_late_replies_total") == 1, "late reply");
            assertThat(adapter.output()).doesNotContain("cancelled id");
            adapter.serves("next");
        }
    }

    @Test
    default void thePlaceOfACancelledRequestStaysTakenUntilItIsAnswered() {
        try (Gate gate = new Gate();
                Supervised adapter = serve(List.of(), "concurrency=1", "cancel=ignored")) {
            adapter.post(does(gate.step(), answer("late")), Duration.ofSeconds(2))
                    .isError(504, "no answer within 2000 ms");
            adapter.process().awaitOutput("cancelled id 2");
            var next = adapter.postAside(echo("next"));
            adapter.until(() -> adapter.count("adapter_queue_depth") == 1, "request that waits");
            assertThat(adapter.count("adapter_in_flight")).isEqualTo(1);
            gate.open();
            next.join().isTheAnswerTo("next");
            assertThat(adapter.count("adapter_late_replies_total")).isEqualTo(1);
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void aProgramThatNeverAnswersWhatWasCancelledIsReplacedAndAllPlacesAreBack() {
        List<String> options = List.of(WARMUP, "--request-timeout=3s", "--abandon-after=1s", "--hang-timeout=20s");
        try (Gate gate = new Gate();
                Supervised adapter = serve(options, "concurrency=4", "cancel=swallowed")) {
            long forgetful = adapter.child();
            for (int i = 0; i < 2; i++) {
                adapter.post(does(FOR_EVER), Duration.ofSeconds(1)).isError(504, "no answer within 1000 ms");
            }
            adapter.serves("meanwhile");
            adapter.diedOf("hang", 1);
            adapter.until(() -> adapter.watch().is(Watch.Sign.READY, "200"), "readiness");
            assertThat(adapter.post(echo("after")).pid()).isNotEqualTo(forgetful);
            List<CompletableFuture<Told>> held = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                held.add(adapter.postAside(does(gate.step(), answer("t" + i))));
            }
            adapter.until(() -> adapter.count("adapter_in_flight") == 4, "4 requests inside");
            gate.open();
            for (int i = 0; i < 4; i++) {
                held.get(i).join().isTheAnswerTo("t" + i);
            }
            adapter.wasLiveThroughout();
        }
    }

    @Test
    default void aCancelOvertakesTheLinesThatHaveNotBegun() throws Exception {
        int lines = 30;
        try (Supervised adapter = serve(List.of(), "concurrency=32", "cancel", "tell");
                PassingCaller caller = PassingCaller.posts(adapter, HttpVersion.HTTP_2, does(FOR_EVER))) {
            adapter.process().awaitOutput("read id 2:");
            adapter.post(does("['pause_reading',8000]", answer("pausing"))).isTheAnswerTo("pausing");
            List<CompletableFuture<Told>> behind = new ArrayList<>();
            for (int i = 0; i < lines; i++) {
                behind.add(adapter.postAside(Requests.padded("t" + i, 20_000)));
            }
            adapter.until(
                    () -> adapter.count("adapter_in_flight") + adapter.count("adapter_queue_depth") == lines + 1,
                    "lines that wait to be read");
            // Its line has been handed over and waits behind others: they don't all fit in what lies in between.
            long last = adapter.count("adapter_in_flight") + 2;
            caller.leave(8);
            adapter.until(() -> adapter.count("adapter_cancelled_total") == 1, "caller who has left");
            assertThat(adapter.output()).as("the child has not read on").doesNotContain("read id 4:");
            for (int i = 0; i < lines; i++) {
                behind.get(i).join().isTheAnswerTo("t" + i);
            }
            assertThat(adapter.output()).containsSubsequence("cancelled id 2", "read id " + last + ":");
        }
    }
}
