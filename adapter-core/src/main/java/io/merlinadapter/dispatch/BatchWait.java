package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.worker.Room;
import org.jspecify.annotations.Nullable;

/**
 * When a batch goes that is not full. It waits for callers that are likely to come, but no longer than its program says.
 * Whether a wait pays is learned from what would have come of it: how many callers were there by the time when it would have
 * been over, for the batch before, whether that has waited or not. Where so many are there, the batch goes at once; so one
 * caller alone never waits, nor do callers that seldom come together. Event loop only.
 */
final class BatchWait {
    private final EventLoop loop;
    private final Runnable over;
    private EventLoop.@Nullable Timer timer;
    /** Since when a batch could have gone that is not full. */
    private long since;

    private boolean waits;
    /** Callers that are there at a time, if one waits a little. */
    private int expected;

    private boolean learns;
    private long learnsUntil;
    /** Callers that were there at a time since it learns. */
    private int most;

    /** @param over called when a batch has waited for long enough */
    BatchWait(EventLoop loop, Runnable over) {
        this.loop = loop;
        this.over = over;
    }

    /** So many callers are there: their calls are queued, or with a worker. To be called whenever that has changed. */
    void open(int callers) {
        if (learns && loop.now() - learnsUntil > 0) {
            learns = false;
            expected = most;
        }
        most = Math.max(most, callers);
    }

    /**
     * True if a batch shall go now. If not, this is to be asked again when there is another call, or when the wait is over.
     *
     * @param full true if nothing more can go with it
     * @param open callers that are there
     * @param deadlineNanos what is left until the first deadline of its calls
     */
    boolean mayGo(boolean full, Room room, int open, long deadlineNanos) {
        long now = loop.now();
        if (!learns) {
            learns = true;
            learnsUntil = now + room.delayNanos();
            most = open;
        }
        if (!waits) {
            since = now;
        }
        long left = since + room.delayNanos() - now;
        if (full || open >= expected || left <= 0 || deadlineNanos <= room.delayNanos()) {
            return true;
        }
        if (!waits) {
            waits = true;
            timer = loop.afterNanos(left, over);
        }
        return false;
    }

    /** The batch has gone, or there is none any more. Returns how many nanoseconds it has waited. */
    long end() {
        long waited = waits ? loop.now() - since : 0;
        waits = false;
        if (timer != null) {
            timer.stop();
            timer = null;
        }
        return waited;
    }
}
