package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.Child;
import io.merlinadapter.scripted.LogCapture;
import io.merlinadapter.scripted.ScriptedCore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsageSamplerTest {
    private final ScriptedCore core = new ScriptedCore.Options().start();

    private void uses(long nanos, long bytes) {
        core.child().uses(new Child.Usage(nanos, bytes, 3));
    }

    @Test
    void theFirstSampleIsTakenSoonAndTheOthersEveryFiveSeconds() {
        uses(7, 100);
        core.advance(Duration.ofMillis(999));
        assertThat(core.counts.residentBytes).isZero();
        core.advance(Duration.ofMillis(1));
        assertThat(core.counts.residentBytes).isEqualTo(100);
        uses(2, 200);
        core.advance(Duration.ofMillis(4_999));
        assertThat(core.counts.residentBytes).isEqualTo(100);
        core.advance(Duration.ofMillis(1));
        assertThat(core.counts.residentBytes).isEqualTo(200);
        assertThat(core.counts.computedNanos).isEqualTo(9);
    }

    @Test
    void aWorkerWithoutAChildHoldsNothing() {
        uses(7, 100);
        core.advance(Duration.ofSeconds(1));
        core.children.failStarts("no such file");
        core.ends(core.child(), 1);
        core.advance(Duration.ofSeconds(5));
        assertThat(core.counts.residentBytes).isZero();
    }

    @Test
    void whereNotAllWorkersCanHoldAsMuchAsTheLargestIsSaidOnce() {
        ScriptedCore.Options options = new ScriptedCore.Options();
        options.workers = 2;
        ScriptedCore two = options.start();
        two.child().uses(new Child.Usage(0, 317 << 20, 3));
        try (LogCapture log = new LogCapture(UsageSampler.class)) {
            two.advance(Duration.ofSeconds(1));
            assertThat(saidOf317(log)).isEmpty();
            two.children.setHasRoom(false);
            two.advance(Duration.ofSeconds(10));
            assertThat(saidOf317(log))
                    .containsExactly(
                            "the container's memory limit is too small for 2 workers: one holds 317 MiB, and there"
                                    + " is no room for all of them to hold as much; set fewer, or raise the limit");
        }
    }

    @Test
    void aSingleWorkerLacksNothingThatItDoesNotHold() {
        uses(7, 317 << 20);
        core.children.setHasRoom(false);
        try (LogCapture log = new LogCapture(UsageSampler.class)) {
            core.advance(Duration.ofSeconds(6));
            assertThat(saidOf317(log)).isEmpty();
        }
    }

    /** Tests that run beside this one may log as well, of other sizes. */
    private static List<String> saidOf317(LogCapture log) {
        return log.messages().stream().filter(line -> line.contains("317 MiB")).toList();
    }

    @Test
    void nothingIsSampledAfterTheStop() {
        core.dispatcher.terminate();
        core.ends(core.child(), 0);
        uses(7, 100);
        core.advance(Duration.ofMinutes(1));
        assertThat(core.counts.residentBytes).isZero();
    }
}
