package io.merlinadapter.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.scripted.ManualEventLoop;
import io.merlinadapter.worker.Room;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchWaitTest {
    private static final long DELAY = Duration.ofMillis(2).toNanos();
    private static final long NO_DEADLINE = Long.MAX_VALUE;
    private static final Room ROOM = new Room(32, DELAY, false);

    private final ManualEventLoop loop = new ManualEventLoop();
    private int over;
    private final BatchWait wait = new BatchWait(loop, () -> over++);

    /** A batch that is not full could go, with so many callers there. */
    private boolean mayGo(int open) {
        wait.open(open);
        return wait.mayGo(false, ROOM, open, NO_DEADLINE);
    }

    /** A batch has gone when one caller was there, and soon so many were. */
    private void usually(int callers) {
        assertThat(mayGo(1)).isTrue();
        wait.end();
        loop.advance(Duration.ofNanos(DELAY));
        wait.open(callers);
        loop.advance(Duration.ofNanos(1));
        wait.open(0);
    }

    @Test
    void oneCallerAloneNeverWaits() {
        for (int i = 0; i < 10; i++) {
            assertThat(mayGo(1)).isTrue();
            assertThat(wait.end()).isZero();
            loop.advance(Duration.ofMillis(10));
            wait.open(0);
        }
        assertThat(loop.timers()).isZero();
    }

    @Test
    void whereAllAreThereThatUsuallyAreNobodyIsWaitedFor() {
        usually(3);
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
        usually(3);
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
    void aFullBatchGoesAtOnceHoweverManyAreExpected() {
        usually(64);
        wait.open(32);
        assertThat(wait.mayGo(true, ROOM, 32, NO_DEADLINE)).isTrue();
        assertThat(wait.end()).isZero();
    }

    @Test
    void thoseWhoDidNotComeInTimeAreNotWaitedForAgain() {
        usually(64);
        assertThat(mayGo(2)).isFalse();
        loop.advance(Duration.ofNanos(DELAY));
        assertThat(mayGo(2)).isTrue();
        wait.end();
        loop.advance(Duration.ofNanos(1));
        assertThat(mayGo(1)).as("two were there").isFalse();
        assertThat(mayGo(2)).isTrue();
    }

    @Test
    void whoComesLaterThanAWaitWouldHaveLastedIsNotExpected() {
        assertThat(mayGo(1)).isTrue();
        wait.end();
        loop.advance(Duration.ofNanos(DELAY + 1));
        wait.open(2);
        assertThat(mayGo(1)).as("the second was too late").isTrue();
    }

    @Test
    void whoComesJustInTimeIs() {
        assertThat(mayGo(1)).isTrue();
        wait.end();
        loop.advance(Duration.ofNanos(DELAY));
        wait.open(2);
        loop.advance(Duration.ofNanos(1));
        assertThat(mayGo(1)).isFalse();
    }

    @Test
    void whatIsLearnedLastsThroughAPause() {
        usually(3);
        loop.advance(Duration.ofHours(1));
        assertThat(mayGo(1)).isFalse();
    }

    @Test
    void withoutADelayNothingWaits() {
        usually(64);
        assertThat(wait.mayGo(false, new Room(32, 0, false), 1, NO_DEADLINE)).isTrue();
        assertThat(loop.timers()).isZero();
    }

    @Test
    void aCallThatHasNoTimeLeftForTheDelayIsNotHeldUp() {
        usually(3);
        assertThat(wait.mayGo(false, ROOM, 1, DELAY)).isTrue();
        assertThat(wait.mayGo(false, ROOM, 1, DELAY + 1)).isFalse();
        assertThat(wait.mayGo(false, ROOM, 2, DELAY))
                .as("one such among others")
                .isTrue();
    }

    @Test
    void aWaitThatIsOverBeginsAnewWithTheNextBatch() {
        usually(3);
        assertThat(mayGo(1)).isFalse();
        loop.advance(Duration.ofMillis(1));
        wait.open(3);
        assertThat(wait.end()).isEqualTo(Duration.ofMillis(1).toNanos());
        assertThat(mayGo(1)).isFalse();
        loop.advance(Duration.ofNanos(DELAY - 1));
        assertThat(mayGo(1)).isFalse();
        assertThat(over).isZero();
    }
}
