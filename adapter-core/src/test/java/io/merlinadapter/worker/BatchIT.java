package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real child that takes batches. */
class BatchIT {
    private final CoreHarness.Options options = new CoreHarness.Options();

    @BeforeEach
    void takeBatches() {
        options.rpc = true;
        options.maxInFlight = 256;
        options.giveUpAfter = 0;
        options.command = command(8, 1);
    }

    private static List<String> command(int maxSize, int concurrency) {
        Path child = Path.of(System.getProperty("project.root"), "adapter-core/src/test/children/batching.py");
        return List.of(
                "python3", "-u", child.toString(), "max_size=" + maxSize, "delay=2", "concurrency=" + concurrency);
    }

    private static List<Future<String>> ask(CoreHarness rig, int from, int to) {
        List<Future<String>> asked = new ArrayList<>();
        for (int n = from; n < to; n++) {
            asked.add(rig.predict("{\"n\":" + n + "}"));
        }
        return asked;
    }

    private static void isAnswered(CoreHarness rig, List<Future<String>> asked, int from) {
        for (int i = 0; i < asked.size(); i++) {
            assertThat(rig.await(asked.get(i))).startsWith("{\"n\": " + (from + i) + ", ");
        }
    }

    @Test
    void everyCallerGetsTheOwnAnswerAndMostOfThemGoTogether() {
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> asked = ask(rig, 0, 1000);
            isAnswered(rig, asked, 0);
            assertThat(rig.metric("adapter_batch_size_sum")).isEqualTo(1000);
            assertThat(rig.metric("adapter_batch_size_count")).isLessThan(500);
            assertThat(rig.metric("adapter_batch_size_bucket", "le=\"8.0\""))
                    .isEqualTo(rig.metric("adapter_batch_size_count"));
            assertThat(rig.metric("adapter_batch_wait_seconds_count"))
                    .isEqualTo(rig.metric("adapter_batch_size_count"));
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void aProgramThatKnowsNoBatchesGetsTheInstancesOfSeveralCallsAsThoseOfOne() {
        options.rpc = false;
        options.maxInFlight = 1;
        options.mergesBatches = true;
        options.batchMaxSize = 32;
        options.batchMaxDelay = Duration.ofMillis(2);
        options.command = List.of("python3", "-u", "-c", """
                import json, sys
                for line in sys.stdin:
                    rows = json.loads(line)['instances']
                    print(json.dumps({'predictions': [-row for row in rows]}))
                """);
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> asked = new ArrayList<>();
            for (int n = 1; n <= 1000; n++) {
                asked.add(rig.predict("{\"instances\":[" + n + (n % 3 == 0 ? "," + 10_000 * n : "") + "]}"));
            }
            for (int n = 1; n <= 1000; n++) {
                assertThat(rig.await(asked.get(n - 1)))
                        .isEqualTo("{\"predictions\": [-" + n + (n % 3 == 0 ? ", -" + 10_000 * n : "") + "]}");
            }
            assertThat(rig.metric("adapter_batch_size_sum")).isEqualTo(1000);
            assertThat(rig.metric("adapter_batch_size_count")).isLessThan(500);
            assertThat(rig.budget.used()).isZero();
        }
    }

    @Test
    void oneCallerAloneNeverWaits() {
        try (CoreHarness rig = options.serve()) {
            for (int n = 0; n < 100; n++) {
                assertThat(rig.answer("{\"n\":" + n + "}")).startsWith("{\"n\": " + n + ", \"batch\": 1,");
            }
            assertThat(rig.metric("adapter_batch_wait_seconds_sum")).isZero();
        }
    }

    @Test
    void aBatchWhoseChildIsKilledFailsAndNoOther(@TempDir Path folder) {
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> before = ask(rig, 0, 100);
            Future<String> deadly = rig.predict("{\"n\":-1,\"once\":\"" + folder.resolve("seen") + "\"}");
            List<Future<String>> after = ask(rig, 100, 200);
            assertThat(rig.failure(deadly).kind()).isEqualTo(FailureKind.WORKER_LOST);
            int lost = 0;
            for (Future<String> each : before) {
                lost += isLost(rig, each) ? 1 : 0;
            }
            for (Future<String> each : after) {
                lost += isLost(rig, each) ? 1 : 0;
            }
            assertThat(lost).as("neighbours in a batch of 8").isBetween(1, 7);
            assertThat(rig.budget.used()).isZero();
        }
    }

    private static boolean isLost(CoreHarness rig, Future<String> asked) {
        try {
            rig.await(asked);
            return false;
        } catch (AssertionError e) {
            assertThat(e).hasMessageContaining("one of a batch of 8; --retry-on-worker-loss");
            return true;
        }
    }

    @Test
    void whereThatIsAllowedAPoisonFailsAloneAndAllOthersAreAnswered() {
        options.retryOnWorkerLoss = true;
        options.command = command(32, 4);
        options.workers = 2;
        try (CoreHarness rig = options.serve()) {
            List<Future<String>> before = ask(rig, 0, 200);
            Future<String> poison = rig.predict("{\"n\":-1,\"poison\":true}");
            List<Future<String>> after = ask(rig, 200, 400);
            assertThat(rig.failure(poison)).hasMessageContaining("exit code 3").hasMessageNotContaining("batch");
            isAnswered(rig, before, 0);
            isAnswered(rig, after, 200);
            assertThat(rig.metric("adapter_worker_deaths_total", "reason=\"exit\""))
                    .isEqualTo(2);
            assertThat(rig.budget.used()).isZero();
        }
    }
}
