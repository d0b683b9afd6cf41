package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static io.merlinadapter.cli.it.support.Requests.echo;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Gate;
import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import io.merlinadapter.cli.it.support.Told;
import io.merlinadapter.cli.it.support.Watch.Sign;
import io.merlinadapter.cli.run.ExitCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a program that speaks JSON-RPC gets ready, and for how much. */
interface JsonRpcStartContract extends Supervision {
    List<String> ONE_TRY = List.of("--give-up-after=1", "--back-off=0.1s");
    List<String> NO_PATIENCE = List.of("--give-up-after=1", "--startup-timeout=4s");

    @Test
    default void aProgramThatNeverAnswersInitializeIsNeverReady() {
        try (Supervised adapter = launch(NO_PATIENCE, "init-write=")) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("initialize", "--startup-timeout");
            adapter.watch().was(Sign.TCP, "refused");
        }
    }

    @Test
    default void anErrorForAnInitializeFailsTheStart() {
        try (Supervised adapter = launch(ONE_TRY, "init-error=-32000")) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("initialize", "no such thing");
            adapter.watch().was(Sign.TCP, "refused");
        }
    }

    @Test
    default void aProgramThatKnowsNoInitializeServesOneRequestAtATime() {
        try (Gate gate = new Gate();
                Supervised adapter = serve(List.of(), "init-error=-32601")) {
            var first = adapter.postAside(does(gate.step(), answer("first")));
            adapter.until(() -> adapter.count("adapter_in_flight") == 1, "request inside");
            var second = adapter.postAside(echo("second"));
            adapter.until(() -> adapter.count("adapter_queue_depth") == 1, "request that waits");
            gate.open();
            first.join().isTheAnswerTo("first");
            second.join().isTheAnswerTo("second");
            adapter.wasReadyThroughout();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[];object",
                "\"ready\";object",
                "{\"concurrency\":0};concurrency",
                "{\"concurrency\":\"8\"};concurrency",
                "{\"concurrency\":1.5};concurrency",
                "{\"cancel\":\"yes\"};cancel",
                "{\"protocol\":2};protocol"
            })
    default void nonsenseForCapabilitiesFailsTheStartAndIsNamed(String capabilities, String named) {
        try (Supervised adapter = launch(ONE_TRY, "init=" + capabilities)) {
            assertThat(adapter.process().exitCode()).isEqualTo(ExitCode.PROGRAM.code());
            adapter.logs("initialize");
            assertThat(adapter.output()).containsPattern("giving up:[^\n]*" + named);
            adapter.watch().was(Sign.TCP, "refused");
        }
    }

    @Test
    default void capabilitiesThatNobodyKnowsAreIgnored() {
        try (Supervised adapter =
                serve(List.of(), "init={\"concurrency\":2,\"batch\":{\"max_size\":4},\"shiny\":[1]}")) {
            adapter.serves("a");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    default void asManyRequestsAreInsideAsTheProgramAdvertisesAndTheOperatorAllows(int allowed) {
        int inside = allowed == 0 ? 8 : allowed;
        List<String> options = allowed == 0 ? List.of() : List.of("--max-in-flight=" + allowed);
        try (Gate gate = new Gate();
                Supervised adapter = serve(options, "concurrency=8")) {
            List<CompletableFuture<Told>> told = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                told.add(adapter.postAside(does(gate.step(), answer("t" + i))));
            }
            adapter.until(() -> adapter.count("adapter_in_flight") == inside, inside + " requests inside");
            adapter.until(() -> adapter.count("adapter_queue_depth") == 10 - inside, "requests that wait");
            gate.open();
            for (int i = 0; i < told.size(); i++) {
                told.get(i).join().isTheAnswerTo("t" + i);
            }
            adapter.wasReadyThroughout();
        }
    }

    @Test
    default void anInitializeThatTakesAWhileDelaysThePortAndTheWarmUpComesAfterIt() {
        try (Supervised adapter = serve(List.of(WARMUP), "load=0.5", "tell", "concurrency=2")) {
            adapter.serves("a");
            // What the program writes to stderr and when it is ready are told by two threads, in any order.
            adapter.logsLike("read id 2: \\{\"token\": \"warm\"}(?s:.*)read id 3: \\{\"token\": \"a\"}");
            adapter.logs("worker 0: READY, it answered the warm-up request");
        }
    }
}
