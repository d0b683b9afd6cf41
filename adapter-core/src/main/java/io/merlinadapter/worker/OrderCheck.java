package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a worker idle for a moment, now and then, to see that it writes no line that nobody asked for: where order is the
 * only link between requests and replies, one such line shifts every later reply to the wrong caller. It is due after the
 * first reply and every {@link #INTERVAL}; a worker that is idle of its own accord for long enough has passed it.
 * Event loop only.
 */
final class OrderCheck {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    private final long quietNanos;
    private final EventLoop loop;
    private final Runnable passed;
    private boolean answeredEver;
    private boolean passedEver;
    private long passedAt;
    private long idleSince;
    private EventLoop.@Nullable Timer quiet;

    /**
     * @param quiet how long a worker is left idle; zero turns the check off
     * @param passed called when a worker was left idle for that long
     */
    OrderCheck(Duration quiet, EventLoop loop, Runnable passed) {
        this.quietNanos = quiet.toNanos();
        this.loop = loop;
        this.passed = passed;
    }

    /**
     * True if the worker may be given a request now. If not, {@code passed} is called as soon as it may: a check that is due
     * begins here once the worker is idle.
     */
    boolean allows(boolean idle) {
        if (quietNanos == 0 || !answeredEver) {
            return true;
        }
        if (quiet != null) {
            return false;
        }
        if (idle && loop.now() - idleSince >= quietNanos) {
            pass();
        }
        if (idle && isDue()) {
            begin();
        }
        return !isDue();
    }

    /**
     * The worker has answered.
     *
     * @param idle true if it owes nothing now
     */
    void answered(boolean idle) {
        answeredEver = true;
        idleSince = loop.now();
        if (idle && quietNanos > 0 && quiet == null && isDue()) {
            begin();
        }
    }

    /** True if a check is under way, or needed before the next request. */
    boolean isDue() {
        return quietNanos > 0 && (!passedEver || loop.now() - passedAt >= INTERVAL.toNanos());
    }

    private void begin() {
        quiet = loop.afterNanos(quietNanos, () -> {
            quiet = null;
            pass();
            passed.run();
        });
    }

    private void pass() {
        passedEver = true;
        passedAt = loop.now();
    }

    /** The worker is gone. */
    void stop() {
        if (quiet != null) {
            quiet.stop();
            quiet = null;
        }
    }
}
