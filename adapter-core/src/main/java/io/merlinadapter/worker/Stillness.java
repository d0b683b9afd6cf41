package io.merlinadapter.worker;

import io.merlinadapter.os.Activity;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * For how long a child has been still, as looks at it have shown: it has computed next to nothing and has not grown. A child
 * that only waited for a moment between two looks is not still if it has computed meanwhile. Event loop only.
 */
final class Stillness {
    /** Of the time that it is to be still, so much may be computed: threads that look at a clock now and then do. */
    private static final int SHARE = 20;
    /** The kernel counts computing time in steps, of which one may be due by chance. */
    private static final long STEP_NANOS = Duration.ofMillis(10).toNanos();
    /** Less is what an idle program may come to need. */
    private static final long GROWTH = 1 << 20;

    private final long mostNanos;
    private @Nullable Activity first;
    private long since;

    /** @param time how long it is to be still */
    Stillness(Duration time) {
        this.mostNanos = Math.max(STEP_NANOS, time.toNanos() / SHARE);
    }

    /**
     * The child was looked at.
     *
     * @param now when
     * @return for how many nanoseconds it has been still; 0 if it is not
     */
    long seen(Activity activity, long now) {
        Activity before = first;
        if (activity.doing() == Activity.Doing.WORKS) {
            first = null;
            return 0;
        }
        if (before == null
                || Math.abs(activity.cpuNanos() - before.cpuNanos()) > mostNanos
                || activity.residentBytes() - before.residentBytes() > GROWTH) {
            first = activity;
            since = now;
        }
        return now - since;
    }
}
