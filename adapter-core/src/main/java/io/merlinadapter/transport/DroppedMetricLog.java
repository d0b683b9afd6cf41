package io.merlinadapter.transport;

import io.merlinadapter.metrics.child.ChildReports;
import io.merlinadapter.os.ChildLog;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.event.Level;

/**
 * Logs why a child's own metrics are dropped: each reason once for each of the first few metrics, then one message a
 * minute. Used by the thread that reads from the child.
 */
public final class DroppedMetricLog implements ChildReports.DropListener {
    static final int KEPT = 20;
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final ChildLog log;
    private final LongSupplier clock;
    private final Set<String> said = new HashSet<>();
    private long lastAt;
    private long untold;

    /** {@code nanoClock} tells nanoseconds. */
    public DroppedMetricLog(ChildLog log, LongSupplier nanoClock) {
        this.log = log;
        this.clock = nanoClock;
    }

    @Override
    public void dropped(ChildReports.Drop reason, String metric, String why) {
        if (isNews(reason, metric)) {
            String which =
                    metric.isEmpty() ? "one of the program's own metrics" : "the program's metric \"" + metric + '"';
            String others = untold == 0 ? "" : "; " + untold + " others were dropped without a message";
            // As what the child says itself: its names may have line breaks and worse.
            log.say(Level.WARN, which + " was dropped: " + why + others);
            lastAt = clock.getAsLong();
            untold = 0;
        } else {
            untold++;
        }
    }

    private boolean isNews(ChildReports.Drop reason, String metric) {
        if (said.size() < KEPT) {
            return said.add(reason + " " + metric);
        }
        return clock.getAsLong() - lastAt >= PAUSE.toNanos();
    }
}
