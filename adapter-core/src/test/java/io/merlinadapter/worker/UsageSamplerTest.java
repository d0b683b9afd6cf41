package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.os.Child;
import io.merlinadapter.scripted.ScriptedCore;
import java.time.Duration;
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
    void nothingIsSampledAfterTheStop() {
        core.dispatcher.terminate();
        core.ends(core.child(), 0);
        uses(7, 100);
        core.advance(Duration.ofMinutes(1));
        assertThat(core.counts.residentBytes).isZero();
    }
}
