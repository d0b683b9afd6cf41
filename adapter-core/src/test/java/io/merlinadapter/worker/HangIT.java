package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.CoreHarness;
import io.merlinadapter.predict.FailureKind;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hung is not slow. */
class HangIT {
    private static final Duration DEADLINE = Duration.ofMillis(300);

    private final CoreHarness.Options options = new CoreHarness.Options();

    HangIT() {
        // A loaded machine may take longer to start a child than a child may be silent here.
        options.warmup = "{}";
        options.requestTimeout = DEADLINE;
        options.hangTimeout = Duration.ofMillis(500);
        options.abandonAfter = Duration.ofMinutes(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"do\":[[\"sleep\",60000]]}",
                "{\"do\":[[\"signal\",\"SIGSTOP\"]]}",
                "{\"do\":[[\"chatter\",[\"stderr\",30]]]}"
            })
    void aChildThatOwesAnAnswerAndIsSilentOnItsChannelIsReplaced(String hang) {
        try (CoreHarness rig = options.serve()) {
            assertThat(rig.failure(rig.predict(hang, DEADLINE)).kind()).isEqualTo(FailureKind.DEADLINE);
            assertThat(rig.answer("{\"token\":1}")).startsWith("{\"token\":1,");
            assertThat(deaths(rig)).isEqualTo(1);
            assertThat(rig.metric("adapter_worker_deaths_total", "hang")).isEqualTo(1);
        }
    }

    @Test
    void aChildThatWritesToItsChannelIsSlowAndNotHung() {
        try (CoreHarness rig = options.serve()) {
            String slow = "{\"do\":[[\"chatter\",[\"stdout\",2]],[\"answer\",{\"done\":1}]]}";
            assertThat(rig.answer(slow)).isEqualTo("{\"done\": 1}");
            assertThat(deaths(rig)).isZero();
        }
    }

    @Test
    void aChildThatWasIdleForLongIsNotHungWhenItsFirstRequestComes() {
        try (CoreHarness rig = options.serve()) {
            rig.answer("{}");
            rig.await(rig.later(Duration.ofMillis(1500)));
            assertThat(rig.answer("{\"do\":[[\"sleep\",400],[\"answer\",{\"done\":1}]]}"))
                    .isEqualTo("{\"done\": 1}");
            assertThat(deaths(rig)).isZero();
        }
    }

    @Test
    void callersThatSoonGiveUpCostNoWorkerItsLife() {
        options.requestTimeout = Duration.ofSeconds(5);
        options.abandonAfter = Duration.ofMillis(100);
        try (CoreHarness rig = options.serve()) {
            String pid = rig.answer("{}");
            List<Future<String>> hasty = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String slow = "{\"do\":[[\"sleep\",400],[\"answer\",{}]]}";
                hasty.add(rig.predict(slow, Duration.ofMillis(20)));
            }
            hasty.forEach(call -> assertThat(rig.failure(call).kind()).isEqualTo(FailureKind.DEADLINE));
            assertThat(rig.answer("{}")).isEqualTo(pid);
            assertThat(deaths(rig)).isZero();
        }
    }

    @Test
    void anAnswerThatIsOnlyBehindOthersIsNotAbandoned() {
        options.maxInFlight = 8;
        options.hangTimeout = Duration.ofMinutes(1);
        options.abandonAfter = Duration.ofMillis(700);
        try (CoreHarness rig = options.serve()) {
            rig.answer("{}");
            List<Future<String>> calls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                calls.add(rig.predict("{\"do\":[[\"sleep\",300],[\"answer\",{}]]}", DEADLINE));
            }
            calls.forEach(call -> call.otherwiseEmpty());
            rig.until(() -> rig.pool.stats().inFlight() == 0);
            assertThat(deaths(rig)).isZero();
        }
    }

    private static double deaths(CoreHarness rig) {
        return rig.metric("adapter_worker_deaths_total");
    }
}
