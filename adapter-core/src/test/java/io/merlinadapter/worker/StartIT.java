package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a worker counts as ready that must answer first. */
class StartIT {
    private final CoreHarness.Options options = new CoreHarness.Options();

    @Test
    void aWarmUpIsAnsweredBeforeTheWorkerIsReady() {
        options.command = CoreHarness.scripted("load=0.7");
        options.warmup = "{\n\"token\": 0}";
        try (CoreHarness rig = options.start()) {
            rig.until(() -> rig.metric("adapter_worker_starts_total") == 1);
            assertThat(rig.dispatcher.health().ready()).isFalse();
            rig.until(() -> rig.dispatcher.health().ready());
            assertThat(rig.metric("adapter_worker_start_seconds_sum")).isGreaterThan(0.7);
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
        }
    }

    @Test
    void aWarmUpThatIsAnsweredWithAnErrorIsNoProof() {
        options.warmup = "{\"do\":[[\"answer\",{\"error\":\"no model\"}]]}";
        try (CoreHarness rig = options.start()) {
            assertThat(rig.await(rig.pool.gaveUp()).reason()).contains("5 starts");
        }
    }

    @Test
    void aWarmUpThatIsNotAnsweredInTimeEndsTheStart() {
        options.warmup = "{\"do\":[[\"sleep\",60000]]}";
        options.startupTimeout = Duration.ofMillis(300);
        try (CoreHarness rig = options.start()) {
            rig.until(() -> rig.metric("adapter_worker_deaths_total", "startup") >= 1);
            assertThat(rig.dispatcher.health().ready()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}"})
    void theTimeToStartIsNoLimitToServing(String warmup) {
        options.warmup = warmup.isEmpty() ? null : warmup;
        options.startupTimeout = Duration.ofSeconds(2);
        try (CoreHarness rig = options.serve()) {
            String first = rig.answer("{}");
            rig.await(rig.later(Duration.ofSeconds(3)));
            assertThat(rig.answer("{}")).isEqualTo(first);
        }
    }

    @Test
    void requestsWaitForAProgramThatIsStillLoading() {
        options.command = CoreHarness.scripted("load=0.5");
        options.warmup = "{\"token\":0}";
        try (CoreHarness rig = options.start()) {
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
        }
    }

    @Test
    void anObjectPrintedBeforeTheFirstRequestIsReadIsNoAnswerToTheWarmUp() {
        options.command = CoreHarness.scripted("banner", "load=0.5");
        options.warmup = "{\"token\":\"warm\"}";
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.metric("adapter_worker_start_seconds_sum")).isGreaterThan(0.5);
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            assertThat(rig.metric("adapter_worker_starts_total")).isEqualTo(1);
        }
    }

    @Test
    void aStartThatIsCalledOffNeverBecomesReady() {
        options.command = CoreHarness.scripted("ignore-term", "deaf");
        options.settle = Duration.ofHours(1);
        CoreHarness rig = options.start();
        rig.until(() -> rig.metric("adapter_worker_starts_total") == 1);
        rig.close();
        assertThat(rig.metric("adapter_worker_start_seconds_count")).isZero();
        assertThat(rig.dispatcher.health().ready()).isFalse();
    }
}
