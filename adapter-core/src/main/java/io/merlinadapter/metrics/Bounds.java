package io.merlinadapter.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Bounds of histograms of time: 1, 2, 5, 10 … up to the longest time that is allowed, which is a bound itself, so that a
 * quantile never lies beyond it. Few enough to be kept for each protocol and outcome.
 */
final class Bounds {
    private static final long[] STEPS = {1, 2, 5};

    private Bounds() {}

    /** Bounds from {@code shortest}, a power of ten of some unit, to {@code longest}. */
    static Duration[] between(Duration shortest, Duration longest) {
        List<Duration> bounds = new ArrayList<>();
        for (Duration decade = shortest; decade.compareTo(longest) < 0; decade = decade.multipliedBy(10)) {
            for (long step : STEPS) {
                Duration bound = decade.multipliedBy(step);
                if (bound.compareTo(longest) < 0) {
                    bounds.add(bound);
                }
            }
        }
        bounds.add(longest);
        return bounds.toArray(Duration[]::new);
    }
}
