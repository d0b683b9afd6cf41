package io.merlinadapter.dispatch;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.worker.Room;
import org.jspecify.annotations.Nullable;

/**
 * When a batch goes that is not full. It waits for callers that are likely to come, but no longer than its program says: how
 * many are usually there at a time is what was seen, and is forgotten as soon as it was waited for them in vain. Where all of
 * them are there, it goes at once; so one caller alone never waits. Event loop only.
 */
final class BatchWait {
    private final EventLoop loop;
    private final Runnable over;
    private EventLoop.@Nullable Timer timer;
    /** Since when a batch could have gone that is not full. */
    private long since;

    private boolean waits;
    /** Callers that are usually there at a time. */
    private int expected;

    /** @param over called when a batch has waited for long enough */
    BatchWait(EventLoop loop, Runnable over) {
        this.loop = loop;
        this.over = over;
    }

    /** So many callers are there: their calls are queued, or with a worker. */
    void open(int callers) {
        expected = Math.max(expected, callers);
    }

    /**
     * True if a batch that is not full shall go now. If not, this is to be asked again when there is another call, or when the
     * wait is over.
     *
     * @param open callers that are there
     * @param deadlineNanos what is left until the first deadline of its calls
     */
    boolean mayGo(Room room, int open, long deadlineNanos) {
        long now = loop.now();
        if (!waits) {
            since = now;
        }
        long left = since + room.delayNanos() - now;
        if (open >= expected || deadlineNanos <= room.delayNanos()) {
            return true;
        }
        if (left <= 0) {
            // Those who have not come in all that time are not waited for again.
            expected = waits ? open : expected;
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
