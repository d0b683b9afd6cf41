package io.merlinadapter.text;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations in messages and logs, all in one style: {@code 300 ms}, {@code 1.5 s}, {@code 5 min}, {@code 2 h}. */
public final class Durations {
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Durations() {}

    /**
     * In whole hours or minutes where it is such, else in seconds with up to three decimals, or in milliseconds below one
     * second. Fractions of a millisecond are dropped.
     */
    public static String show(Duration duration) {
        return showMillis(duration.toMillis());
    }

    /** As {@link #show}, of a number of milliseconds. */
    public static String showMillis(long millis) {
        if (Math.abs(millis) < SECOND) {
            return millis + " ms";
        }
        if (millis % HOUR == 0) {
            return millis / HOUR + " h";
        }
        if (millis % MINUTE == 0) {
            return millis / MINUTE + " min";
        }
        return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + " s";
    }

    /** As {@link #show}, of a number of nanoseconds, such as a difference of two {@link System#nanoTime()}. */
    public static String showNanos(long nanos) {
        return showMillis(nanos / 1_000_000);
    }
}
