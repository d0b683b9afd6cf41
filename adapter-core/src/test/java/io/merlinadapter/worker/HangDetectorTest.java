package io.merlinadapter.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.scripted.ManualEventLoop;
import io.merlinadapter.worker.HangDetector.Pulse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HangDetectorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ManualEventLoop loop = new ManualEventLoop();
    private Pulse pulse = new Pulse(0, 1);
    private int hung;
    private final HangDetector detector = new HangDetector(loop, PATIENCE, () -> pulse, () -> hung++);

    @Test
    void aChildThatOwesAnAnswerAndIsSilentForItsPatienceIsHung() {
        detector.watch();
        loop.advance(PATIENCE.minusSeconds(8));
        assertThat(hung).isZero();
        loop.advance(Duration.ofSeconds(8));
        assertThat(hung).isEqualTo(1);
    }

    @Test
    void aByteStartsItsPatienceAnew() {
        detector.watch();
        loop.advance(Duration.ofSeconds(50));
        pulse = new Pulse(50, 1);
        loop.advance(Duration.ofSeconds(50));
        assertThat(hung).isZero();
        loop.advance(Duration.ofSeconds(25));
        assertThat(hung).isEqualTo(1);
    }

    @Test
    void anotherOldestRequestStartsItsPatienceAnew() {
        detector.watch();
        loop.advance(Duration.ofSeconds(50));
        pulse = new Pulse(0, 2);
        loop.advance(Duration.ofSeconds(50));
        assertThat(hung).isZero();
    }

    @Test
    void aChildThatOwesNothingIsNotWatchedUntilItOwesAgain() {
        detector.watch();
        pulse = null;
        loop.advance(Duration.ofHours(1));
        assertThat(hung).isZero();
        pulse = new Pulse(0, 7);
        loop.advance(Duration.ofHours(1));
        assertThat(hung).isZero();
        detector.watch();
        loop.advance(PATIENCE);
        assertThat(hung).isEqualTo(1);
    }

    @Test
    void aMachineThatWasSuspendedMakesNoChildLookHung() {
        detector.watch();
        loop.advance(Duration.ofSeconds(30));
        // The clock has jumped: all looks that are due by now are one.
        loop.jump(Duration.ofHours(8));
        assertThat(hung).isZero();
    }

    @Test
    void aStoppedDetectorTellsNothing() {
        detector.watch();
        detector.stop();
        loop.advance(Duration.ofHours(1));
        assertThat(hung).isZero();
    }
}
