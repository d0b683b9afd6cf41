package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * In a format without ids, one line too many shifts every later answer to the wrong caller. So a worker is now and then
 * left owing nothing for a moment, in which a line that nobody is owed shows itself: after its first answer, and every
 * {@link #INTERVAL} while it is never idle of itself. For the loop.
 */
final class OrderCheck {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final long quietNanos;
    private final EventLoop loop;
    private final Runnable rested;

    private boolean answeredEver;
    private boolean provenEver;
    private long provenAt;
    private long idleSince;
    private EventLoop.@Nullable Timer resting;

    /**
     * Checks nothing until the first answer.
     *
     * @param quiet how long a worker is left owing nothing; zero turns the check off
     * @param rested called when such a time is over
     */
    OrderCheck(Duration quiet, EventLoop loop, Runnable rested) {
        this.quietNanos = quiet.toNanos();
        this.loop = loop;
        this.rested = rested;
    }

    /** Whether the worker may be given a request now; if not, {@code rested} is called as soon as it may. */
    boolean allows(boolean owesNothing) {
        if (quietNanos == 0 || !answeredEver) {
            return true;
        }
        if (resting != null) {
            return false;
        }
        if (owesNothing && loop.now() - idleSince >= quietNanos) {
            proven();
        }
        if (owesNothing && isDue()) {
            rest();
        }
        return !isDue();
    }

    /** The worker has answered. */
    void answered(boolean owesNothing) {
        answeredEver = true;
        idleSince = loop.now();
        if (owesNothing && quietNanos > 0 && resting == null && isDue()) {
            rest();
        }
    }

    /** Whether a check is under way, or needed before the next request. */
    boolean isDue() {
        return quietNanos > 0 && (!provenEver || loop.now() - provenAt >= INTERVAL.toNanos());
    }

    private void rest() {
        resting = loop.afterNanos(quietNanos, () -> {
            resting = null;
            proven();
            rested.run();
        });
    }

    private void proven() {
        provenEver = true;
        provenAt = loop.now();
    }

    /** The worker is gone. */
    void stop() {
        if (resting != null) {
            resting.stop();
            resting = null;
        }
    }
}
