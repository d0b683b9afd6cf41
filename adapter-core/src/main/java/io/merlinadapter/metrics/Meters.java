package io.merlinadapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Registers meters. Any thread. */
final class Meters {
    private static final long[] STEPS = {1, 2, 5};

    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A label whose value is the name of a constant, in lower case. */
    static Tags tag(String name, Enum<?> value) {
        return Tags.of(name, value.name().toLowerCase(Locale.ROOT));
    }

    Counter counter(Metric metric, Tags tags) {
        return Counter.builder(metric.id())
                .description(metric.help())
                .baseUnit(metric.unit())
                .tags(tags)
                .register(registry);
    }

    /** A counter whose value another class keeps. */
    <T> void counter(Metric metric, Tags tags, T owner, ToDoubleFunction<T> value) {
        FunctionCounter.builder(metric.id(), owner, value)
                .description(metric.help())
                .baseUnit(metric.unit())
                .tags(tags)
                .register(registry);
    }

    Timer timer(Metric metric, Tags tags, Duration... bounds) {
        return Timer.builder(metric.id())
                .description(metric.help())
                .tags(tags)
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    /** A histogram of numbers from 1 on, whose bounds double up to {@code largest}. */
    DistributionSummary sizes(Metric metric, int largest) {
        double[] bounds = IntStream.iterate(1, bound -> bound <= largest, bound -> 2 * bound)
                .asDoubleStream()
                .toArray();
        return DistributionSummary.builder(metric.id())
                .description(metric.help())
                .serviceLevelObjectives(bounds)
                .register(registry);
    }

    /** A gauge whose value another class keeps; it is read for each page. */
    void gauge(Metric metric, Tags tags, Supplier<Number> value) {
        Gauge.builder(metric.id(), value)
                .description(metric.help())
                .baseUnit(metric.unit())
                .tags(tags)
                .register(registry);
    }

    /**
     * Bounds of a histogram of time: 1, 2, 5, 10 … times {@code shortest}, a power of ten of some unit, up to
     * {@code longest}, which is a bound itself, so that no quantile lies beyond it. Few enough for each protocol and outcome.
     */
    static Duration[] bounds(Duration shortest, Duration longest) {
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
