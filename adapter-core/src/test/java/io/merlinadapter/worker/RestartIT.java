package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is started again, what is tried again, and when there is no hope. */
class RestartIT {
    private static final String DEADLY = "{\"do\":[[\"exit\",1]]}";

    private final CoreHarness.Options options = new CoreHarness.Options();

    @TempDir
    private Path folder;

    @Test
    void callersWhoSendNothingButPoisonDoNotMakeThePoolGiveUp() {
        options.giveUpAfter = 2;
        options.backOffMax = Duration.ofMillis(200);
        try (CoreHarness rig = options.serve()) {
            for (int i = 0; i < 8; i++) {
                assertThat(rig.failure(DEADLY).kind()).isEqualTo(FailureKind.WORKER_LOST);
            }
            assertThat(rig.pool.gaveUp().isComplete()).isFalse();
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
        }
    }

    @Test
    void poisonForTheOnlyWorkerThatCanStartIsNoReasonToGiveUpEither() {
        List<String> onlyTheFirst = List.of("sh", "-c", "[ $ADAPTER_WORKER = 0 ] || exit 5; exec \"$@\"", "sh");
        options.command = concat(onlyTheFirst, CoreHarness.scripted());
        options.workers = 2;
        options.settle = Duration.ofMillis(300);
        options.giveUpAfter = 2;
        options.backOffMax = Duration.ofMillis(200);
        try (CoreHarness rig = options.serve()) {
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "startup") >= 4);
            assertThat(rig.failure(DEADLY).kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            assertThat(rig.pool.gaveUp().isComplete()).isFalse();
        }
    }

    @Test
    void aProgramThatIsReadyAndDiesOfItselfIsGivenUpWithItsLastWords() {
        options.command = List.of("sh", "-c", "echo 'no model' >&2; sleep 0.2; exit 9");
        options.giveUpAfter = 3;
        try (CoreHarness rig = options.start()) {
            WorkerPool.GaveUp gaveUp = rig.await(rig.pool.gaveUp());
            assertThat(gaveUp.reason()).contains("3 starts in a row", "exit code 9", "--give-up-after=3");
            assertThat(gaveUp.lastWords()).containsExactly("no model");
        }
    }

    @Test
    void aWarmUpThatIsAnsweredIsNoReasonToHopeForEver() {
        options.command = List.of("sh", "-c", "read line; echo '{}'; sleep 0.3");
        options.warmup = "{}";
        options.giveUpAfter = 3;
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).reason()).contains("3 starts in a row");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"read line; exit 5", "read line; sleep 60"})
    void aProgramThatNeverSurvivesItsWarmUpIsGivenUp(String program) {
        options.command = List.of("sh", "-c", program);
        options.warmup = "{}";
        options.startupTimeout = Duration.ofMillis(300);
        options.giveUpAfter = 3;
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).reason()).contains("3 starts in a row");
        }
    }

    @Test
    void aRequestThatTheProgramNeverReadIsGivenToItsSuccessor() {
        String flag = folder.resolve("started").toString();
        options.command =
                List.of("sh", "-c", "[ -e " + flag + " ] && exec \"$@\"; touch " + flag + "; sleep 0.5; exit 3", "sh");
        options.command = concat(options.command, CoreHarness.scripted());
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            assertThat(rig.metric("adapter_worker_deaths_total", "exit")).isEqualTo(1);
        }
    }

    private static List<String> concat(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    @Test
    void aRepeatableRequestSurvivesTheDeathOfItsWorker() {
        options.retryOnWorkerLoss = true;
        String filler = "x".repeat(1_000_000);
        String deadlyOnce = "{\"do\":[[\"exit_once\",\"" + folder.resolve("died")
                + "\"],[\"answer\",{\"done\":1}]],\"filler\":\"" + filler + "\"}";
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer(deadlyOnce)).isEqualTo("{\"done\": 1}");
            assertThat(rig.metric("adapter_worker_deaths_total")).isEqualTo(1);
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void aRepeatableRequestKillsTwoWorkersAndNoThird() {
        options.retryOnWorkerLoss = true;
        try (CoreHarness rig = options.serve()) {
            PredictException failure = rig.failure(DEADLY);
            assertThat(failure.kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            assertThat(rig.metric("adapter_worker_deaths_total")).isEqualTo(2);
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void whatAChildLeavesBehindInASessionOfItsOwnEndsWithIt() {
        try (CoreHarness rig = options.serve()) {
            String left = "{\"do\":[[\"daemon\",\"sleep 86397.25\"],[\"exit\",1]]}";
            assertThat(rig.failure(left).kind()).isEqualTo(FailureKind.WORKER_LOST);
            rig.until(() -> ProcessHandle.allProcesses()
                    .noneMatch(
                            process -> process.info().commandLine().orElse("").endsWith("sleep 86397.25")));
        }
    }
}
