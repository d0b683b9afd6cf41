package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RefusalBrakeTest {
    private static final long LONG_QUEUE = TimeUnit.SECONDS.toNanos(10);
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RefusalBrake brake = new RefusalBrake(0);

    @Test
    void whoIsRefusedAsOftenAsHonestCallersComeIsToldAtOnce() {
        long now = 0;
        for (int i = 0; i < 10_000; i++) {
            assertThat(brake.refused(LONG_QUEUE, now)).isZero();
            now += SECOND / RefusalBrake.FREE_PER_SECOND;
        }
    }

    @Test
    void aBurstIsFree() {
        for (int i = 0; i < 200; i++) {
            assertThat(brake.refused(LONG_QUEUE, 0)).isZero();
        }
        assertThat(brake.refused(LONG_QUEUE, 0)).isPositive();
    }

    @Test
    void whoComeAgainAtOnceAreMadeAsManyAsHonestCallers() {
        long[] freeAt = new long[100];
        int refusals = 0;
        for (long now = 0; now < 10 * SECOND; now += 10_000) {
            for (int caller = 0; caller < freeAt.length; caller++) {
                if (freeAt[caller] <= now) {
                    freeAt[caller] = now + 10_000 + brake.refused(LONG_QUEUE, now);
                    refusals++;
                }
            }
        }
        assertThat(refusals).isBetween(9_500, 10_500);
    }

    @Test
    void nobodyWaitsForLongAndNoDebtIsRemembered() {
        long longest = 0;
        for (int i = 0; i < 100_000; i++) {
            longest = Math.max(longest, brake.refused(LONG_QUEUE, 0));
        }
        assertThat(longest).isBetween(RefusalBrake.LONGEST_NANOS - SECOND / 100, RefusalBrake.LONGEST_NANOS);
        assertThat(brake.refused(LONG_QUEUE, 2 * RefusalBrake.LONGEST_NANOS)).isZero();
    }

    @Test
    void itIsOverWhileAQuarterOfThoseWhoWaitIsLeft() {
        for (int i = 0; i < 1000; i++) {
            assertThat(brake.refused(1_000_000, 0)).isLessThanOrEqualTo(750_000);
        }
    }
}
