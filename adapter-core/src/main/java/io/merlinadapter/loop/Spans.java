package io.merlinadapter.loop;

import java.math.BigDecimal;
import java.time.Duration;

/** Durations as a person reads and writes them. */
public final class Spans {
    private Spans() {}

    /** As in {@code 300 ms}, {@code 1.5 s}, {@code 5 min}. */
    public static String show(Duration span) {
        long millis = span.toMillis();
        if (millis < 1000) {
            return millis + " ms";
        }
        if (millis % 60_000 == 0) {
            return millis / 60_000 + " min";
        }
        return BigDecimal.valueOf(millis, 3).stripTrailingZeros().toPlainString() + " s";
    }
}
