package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.scripted.ManualEventLoop;
import io.merlinadapter.worker.Room;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchWaitTest {
    private static final long DELAY = Duration.ofMillis(2).toNanos();
    private static final long NO_DEADLINE = Long.MAX_VALUE;
    private static final Room ROOM = new Room(32, DELAY);

    private final ManualEventLoop loop = new ManualEventLoop();
    private int over;
    private final BatchWait wait = new BatchWait(loop, () -> over++);

    private boolean mayGo(int open) {
        wait.open(open);
        return wait.mayGo(ROOM, open, NO_DEADLINE);
    }

    @Test
    void oneCallerAloneNeverWaits() {
        for (int i = 0; i < 10; i++) {
            assertThat(mayGo(1)).isTrue();
            assertThat(wait.end()).isZero();
            loop.advance(Duration.ofMillis(10));
        }
        assertThat(loop.timers()).isZero();
    }

    @Test
    void whereAllAreThereThatUsuallyAreNobodyIsWaitedFor() {
        wait.open(3);
        assertThat(mayGo(1)).isFalse();
        loop.advance(Duration.ofMillis(1));
        assertThat(mayGo(2)).isFalse();
        assertThat(mayGo(3)).isTrue();
        assertThat(wait.end()).isEqualTo(Duration.ofMillis(1).toNanos());
        assertThat(loop.timers()).isZero();
        loop.advance(Duration.ofMillis(10));
        assertThat(over).isZero();
    }

    @Test
    void theWaitEndsWithTheDelayAndNotBefore() {
        wait.open(3);
        assertThat(mayGo(1)).isFalse();
        loop.advance(Duration.ofNanos(DELAY - 1));
        assertThat(over).isZero();
        assertThat(mayGo(1)).isFalse();
        loop.advance(Duration.ofNanos(1));
        assertThat(over).isEqualTo(1);
        assertThat(mayGo(1)).isTrue();
        assertThat(wait.end()).isEqualTo(DELAY);
    }

    @Test
    void thoseWhoDidNotComeAreNotWaitedForAgain() {
        wait.open(64);
        assertThat(mayGo(2)).isFalse();
        loop.advance(Duration.ofNanos(DELAY));
        assertThat(mayGo(2)).isTrue();
        wait.end();
        assertThat(mayGo(1)).isFalse();
        assertThat(mayGo(2)).isTrue();
        wait.end();
        assertThat(mayGo(3)).isTrue();
        wait.end();
        assertThat(mayGo(2)).isFalse();
    }

    @Test
    void aWaitThatWasNoneTeachesNothing() {
        wait.open(3);
        assertThat(wait.mayGo(new Room(32, 0), 1, NO_DEADLINE)).isTrue();
        wait.end();
        assertThat(mayGo(1)).as("three are still expected").isFalse();
    }

    @Test
    void withoutADelayNothingWaits() {
        wait.open(64);
        assertThat(wait.mayGo(new Room(32, 0), 1, NO_DEADLINE)).isTrue();
        assertThat(loop.timers()).isZero();
    }

    @Test
    void aCallThatHasNoTimeLeftForTheDelayIsNotHeldUp() {
        wait.open(3);
        assertThat(wait.mayGo(ROOM, 1, DELAY)).isTrue();
        assertThat(wait.mayGo(ROOM, 1, DELAY + 1)).isFalse();
        assertThat(wait.mayGo(ROOM, 2, DELAY)).as("one such among others").isTrue();
    }

    @Test
    void aWaitThatIsOverBeginsAnewWithTheNextBatch() {
        wait.open(3);
        assertThat(mayGo(1)).isFalse();
        loop.advance(Duration.ofMillis(1));
        wait.end();
        assertThat(mayGo(1)).isFalse();
        loop.advance(Duration.ofNanos(DELAY - 1));
        assertThat(mayGo(1)).isFalse();
        assertThat(over).isZero();
    }
}
