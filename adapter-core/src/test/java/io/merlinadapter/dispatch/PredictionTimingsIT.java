package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call says of where its time went. */
class PredictionTimingsIT {
    private static final long WAIT = Duration.ofMillis(150).toNanos();

    private final CoreHarness.Options options = new CoreHarness.Options();

    @TempDir
    Path folder;

    private String until(Path gate) {
        return "{\"do\":[[\"until\",\"" + gate + "\"],[\"answer\",{}]]}";
    }

    @Test
    void theTimeThatAWorkerHasItIsNotTheTimeThatItWaitsForOne() throws Exception {
        try (CoreHarness rig = options.serve()) {
            Path gate = folder.resolve("gate");
            PredictCall first = rig.call(until(gate), CoreHarness.PATIENCE);
            PredictCall second = rig.call("{\"token\":1}", CoreHarness.PATIENCE);
            rig.until(() -> rig.dispatcher.stats().queued() == 1);
            rig.await(rig.later(Duration.ofNanos(WAIT)));
            Files.createFile(gate);
            rig.await(CoreHarness.text(first));
            rig.await(CoreHarness.text(second));

            assertThat(first.timings().worker()).isZero();
            assertThat(first.timings().workerNanos()).isGreaterThanOrEqualTo(WAIT);
            assertThat(second.timings().worker()).isZero();
            assertThat(second.timings().queueNanos()).isGreaterThanOrEqualTo(WAIT);
        }
    }

    @Test
    void theTimeThatACallerTookToSendItIsNoWaitingForAWorker() {
        Duration sending = Duration.ofMinutes(20);
        try (CoreHarness rig = options.serve()) {
            long accepted = rig.loop.now() - sending.toNanos();
            PredictCall slow = rig.call("{\"token\":1}", Deadline.after(accepted, sending.plus(CoreHarness.PATIENCE)));
            rig.await(CoreHarness.text(slow));

            assertThat(slow.timings().queueNanos()).isLessThan(sending.toNanos());
            assertThat(rig.metric("adapter_queue_wait_seconds_count")).isEqualTo(1);
            assertThat(rig.metric("adapter_queue_wait_seconds_sum")).isLessThan(20 * 60.0);
        }
    }

    @Test
    void whatPassesItsDeadlineInTheQueueHadNoWorker() throws Exception {
        try (CoreHarness rig = options.serve()) {
            Path gate = folder.resolve("gate");
            PredictCall holder = rig.call(until(gate), CoreHarness.PATIENCE);
            PredictCall waits = rig.call("{\"token\":1}", Duration.ofNanos(WAIT));
            assertThat(rig.failure(CoreHarness.text(waits)).kind()).isEqualTo(FailureKind.DEADLINE);
            Files.createFile(gate);
            rig.await(CoreHarness.text(holder));

            assertThat(waits.timings().hadWorker()).isFalse();
            assertThat(waits.timings().workerNanos()).isZero();
            assertThat(waits.timings().queueNanos()).isPositive();
        }
    }

    @Test
    void whatPassesItsDeadlineInAWorkerHadThatOne() {
        options.workers = 2;
        try (CoreHarness rig = options.serve()) {
            rig.until(() -> rig.pool.stats().ready() == 2);
            rig.answer("{\"token\":1}");
            PredictCall slow = rig.call("{\"do\":[[\"sleep\",60000]]}", Duration.ofNanos(WAIT));
            assertThat(rig.failure(CoreHarness.text(slow)).kind()).isEqualTo(FailureKind.DEADLINE);

            assertThat(slow.timings().worker()).isEqualTo(1);
            assertThat(slow.timings().workerNanos()).isPositive();
        }
    }

    @Test
    void aRequestThatAWorkerDiedWithNamesIt() {
        try (CoreHarness rig = options.serve()) {
            PredictCall deadly = rig.call("{\"do\":[[\"exit\",1]]}", CoreHarness.PATIENCE);
            assertThat(rig.failure(CoreHarness.text(deadly)).kind()).isEqualTo(FailureKind.WORKER_LOST);

            assertThat(deadly.timings().worker()).isZero();
            assertThat(deadly.timings().workerNanos()).isPositive();
        }
    }

    @Test
    void ofTwoWorkersThatHadItTheLastCounts() {
        options.workers = 2;
        options.retryOnWorkerLoss = true;
        try (CoreHarness rig = options.serve()) {
            rig.until(() -> rig.pool.stats().ready() == 2);
            String once = "{\"do\":[[\"exit_once\",\"" + folder.resolve("been") + "\"],[\"answer\",{}]]}";
            PredictCall call = rig.call(once, CoreHarness.PATIENCE);
            rig.await(CoreHarness.text(call));

            assertThat(call.timings().worker()).isEqualTo(1);
        }
    }
}
