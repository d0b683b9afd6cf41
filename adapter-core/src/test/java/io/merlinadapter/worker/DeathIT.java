package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Children that die, or can't be trusted any more. */
class DeathIT {
    private final CoreHarness.Options options = new CoreHarness.Options();

    @ParameterizedTest
    @CsvSource({
        "'[\"exit\",0]', exit code 0, exit",
        "'[\"exit\",3]', exit code 3, exit",
        "'[\"signal\",\"SIGKILL\"]', signal 9 (SIGKILL), signal"
    })
    void anyEndFailsTheRequestInsideAtOnceAndIsNamed(String step, String named, String reason) {
        try (CoreHarness rig = options.serve()) {
            PredictException failure = rig.failure("{\"do\":[" + step + "]}");
            assertThat(failure.kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(failure).hasMessageContaining(named);
            assertThat(rig.answer("{\"token\":1}")).contains("\"token\":1");
            assertThat(rig.metric("adapter_worker_deaths_total", "reason=\"" + reason + "\""))
                    .isEqualTo(1);
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void requestsThatWaitedAreAnsweredByTheSuccessor() {
        try (CoreHarness rig = options.serve()) {
            Future<String> deadly = rig.predict("{\"do\":[[\"sleep\",100],[\"exit\",1]]}");
            List<Future<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                waiting.add(rig.predict("{\"token\":" + i + "}"));
            }
            assertThat(rig.failure(deadly).kind()).isEqualTo(FailureKind.WORKER_LOST);
            for (int i = 0; i < 20; i++) {
                assertThat(rig.await(waiting.get(i))).startsWith("{\"token\":" + i + ",");
            }
        }
    }

    @Test
    void anAnswerThatIsAlreadyWrittenStillReachesItsCaller() {
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.answer("{\"do\":[[\"answer\",{\"last\":1}],[\"exit\",0]]}"))
                    .isEqualTo("{\"last\": 1}");
        }
    }

    @Test
    void aDescendantThatHoldsStdoutOpenDelaysNothing() {
        try (CoreHarness rig = options.serve()) {
            long before = System.nanoTime();
            PredictException failure = rig.failure("{\"do\":[[\"hold_stdout\",60],[\"exit\",1]]}");
            assertThat(failure.kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
            assertThat(rig.answer("{\"token\":1}")).contains("\"token\":1");
        }
    }

    @Test
    void aProgramThatClosesItsStdoutIsReplaced() {
        try (CoreHarness rig = options.serve()) {
            PredictException failure = rig.failure("{\"do\":[[\"close_stdout\",0],[\"sleep\",60000]]}");
            assertThat(failure.kind()).isEqualTo(FailureKind.WORKER_LOST);
            assertThat(rig.answer("{\"token\":1}")).contains("\"token\":1");
        }
    }

    @Test
    void aLineThatNobodyIsOwedHasTheWorkerReplaced() {
        try (CoreHarness rig = options.serve()) {
            String pid = pid(rig.answer("{\"token\":1}"));
            assertThat(rig.answer("{\"do\":[[\"answer\",{\"token\":1}],[\"sleep\",15],[\"answer\",{\"b\":2}]]}"))
                    .isEqualTo("{\"token\": 1}");
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "protocol") == 1);
            String answer = rig.answer("{\"token\":2}");
            assertThat(answer).startsWith("{\"token\":2,");
            assertThat(pid(answer)).isNotEqualTo(pid);
        }
    }

    @Test
    void ofTwoLinesTogetherNoneGoesToAnybody() {
        try (CoreHarness rig = options.serve()) {
            rig.answer("{\"token\":0}");
            Future<String> twice = rig.predict("{\"do\":[[\"write\",\"{\\\"a\\\":1}\\n{\\\"stray\\\":1}\\n\"]]}");
            List<Future<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                waiting.add(rig.predict("{\"token\":" + i + "}"));
            }
            assertThat(rig.failure(twice)).hasMessageContaining("it can't be told which of them is the reply");
            for (int i = 0; i < 10; i++) {
                assertThat(rig.await(waiting.get(i))).startsWith("{\"token\":" + i + ",");
            }
        }
    }

    @Test
    void anObjectFromAProgramThatDoesNotReadIsNobodysAnswer() {
        options.command = CoreHarness.scripted("load=0.3", "heartbeat=0.05");
        options.orderCheck = Duration.ofMillis(100);
        try (CoreHarness rig = options.serve()) {
            for (int i = 0; i < 3; i++) {
                Future<String> call = rig.predict("{\"token\":" + i + "}", Duration.ofSeconds(2));
                assertThat(rig.failure(call).kind()).isIn(FailureKind.WORKER_LOST, FailureKind.DEADLINE);
            }
        }
    }

    @Test
    void aLargeAnswerRightBeforeTheEndStillReachesItsCaller() {
        try (CoreHarness rig = options.serve()) {
            String large = "[\"write\",\"{\\\"a\\\":\\\"\"],[\"write_many\",[\"x\",9000000]],[\"write\",\"\\\"}\\n\"]";
            assertThat(rig.answer("{\"do\":[" + large + ",[\"exit\",0]]}")).hasSize(9_000_008);
        }
    }

    @Test
    void nothingIsInFlightOnceTheWorkerIsGone() {
        options.command = CoreHarness.scripted();
        try (CoreHarness rig = options.serve()) {
            rig.failure("{\"do\":[[\"exit\",1]]}");
            rig.until(() -> rig.pool.stats().inFlight() == 0);
        }
    }

    @Test
    void aProgramThatServedAndCanNotStartAgainIsTriedForLongerThanOneThatNeverDid(@TempDir Path folder) {
        options.command = CoreHarness.scripted("once=" + folder.resolve("started"));
        options.settle = Duration.ofMillis(300);
        try (CoreHarness rig = options.serve()) {
            rig.answer("{\"token\":1}");
            rig.failure("{\"do\":[[\"exit\",1]]}");
            // It has served, so it gets more than these.
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "startup") > 6);
            assertThat(rig.pool.gaveUp().isComplete()).isFalse();
        }
    }

    @Test
    void everySeatGetsAllItsTriesBeforeThePoolIsGivenUp() {
        options.command = List.of("false");
        options.settle = Duration.ofMillis(300);
        options.workers = 8;
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).reason()).contains("40 starts");
        }
    }

    @Test
    void anAnswerThatNeverComesHasTheWorkerReplaced() {
        options.abandonAfter = Duration.ofMillis(300);
        try (CoreHarness rig = options.serve()) {
            PredictException failure = rig.failure(rig.predict("{\"do\":[[\"sleep\",60000]]}", Duration.ofMillis(200)));
            assertThat(failure.kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(rig.answer("{\"token\":2}")).startsWith("{\"token\":2,");
            assertThat(rig.metric("adapter_worker_deaths_total", "hang")).isEqualTo(1);
        }
    }

    @Test
    void aProgramThatCanNotStartIsGivenUp() {
        options.command = List.of("false");
        options.settle = Duration.ofMillis(300);
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).reason()).contains("5 starts");
            rig.until(() -> !rig.dispatcher.health().live());
            assertThat(rig.failure("{}").kind()).isEqualTo(FailureKind.NOT_READY);
        }
    }

    private static String pid(String answer) {
        return answer.replaceAll(".*\"pid\":(\\d+).*", "$1");
    }
}
