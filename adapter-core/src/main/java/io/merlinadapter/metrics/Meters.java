package io.merlinadapter.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** Registers what there is to count. Any thread. */
final class Meters {
    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** A label with the name of a constant. */
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

    /** A counter that somebody else advances. */
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

    /** Shows a number that others keep; it is asked for at each look. */
    void gauge(Metric metric, Tags tags, Supplier<Number> value) {
        Gauge.builder(metric.id(), value)
                .description(metric.help())
                .baseUnit(metric.unit())
                .tags(tags)
                .register(registry);
    }
}
