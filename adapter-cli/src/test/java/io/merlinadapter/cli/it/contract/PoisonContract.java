package io.merlinadapter.cli.it.contract;

import static io.merlinadapter.cli.it.support.Requests.answer;
import static io.merlinadapter.cli.it.support.Requests.does;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.Supervised;
import io.merlinadapter.cli.it.support.Supervision;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests that kill. */
interface PoisonContract extends Supervision {
    String QUICK = "--back-off-max=0.1s";
    String RETRY = "--retry-on-worker-loss=true";
    String POISON = does("['exit',3]");

    @Test
    default void aCallerWhoSendsNothingButPoisonTakesNobodyDown() {
        try (Supervised adapter = serve(List.of(QUICK))) {
            for (int i = 0; i < 20; i++) {
                adapter.post(POISON).isError(502, "exit code 3");
            }
            adapter.serves("good");
            adapter.diedOf("exit", 20);
            assertThat(adapter.starts()).isEqualTo(21);
            assertThat(adapter.failures("worker_lost")).isEqualTo(20);
            adapter.wasLiveThroughout();
        }
    }

    @Test
    default void whereItMayBeRetriedARequestThatLosesOneWorkerIsAnsweredByTheNext(@TempDir Path folder) {
        try (Supervised adapter = serve(List.of(QUICK, RETRY))) {
            adapter.post(does("['exit_once','" + folder.resolve("seen") + "']", answer("a")))
                    .isTheAnswerTo("a");
            adapter.diedOf("exit", 1);
            assertThat(adapter.failures()).isEmpty();
        }
    }

    @Test
    default void whereItMayBeRetriedARequestThatKillsIsGivenToTwoWorkersAndNoMore() {
        try (Supervised adapter = serve(List.of(QUICK, RETRY))) {
            adapter.post(POISON).isError(502, "exit code 3");
            adapter.serves("good");
            adapter.diedOf("exit", 2);
            assertThat(adapter.failures("worker_lost")).isEqualTo(1);
        }
    }

    @Test
    default void whereNothingMayBeRetriedAKilledRequestIsGivenToOneWorkerOnly(@TempDir Path folder) {
        try (Supervised adapter = serve(List.of())) {
            adapter.post(does("['exit_once','" + folder.resolve("seen") + "']", answer("a")))
                    .isError(502, "exit code 1");
            adapter.serves("good");
            adapter.diedOf("exit", 1);
        }
    }
}
