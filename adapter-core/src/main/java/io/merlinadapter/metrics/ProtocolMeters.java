package io.merlinadapter.metrics;

import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The meters of one protocol, found without making a key for each request. Any thread. */
final class ProtocolMeters {
    private static final int CODES = 600;

    private final IntFunction<Counter> newCounter;
    private final AtomicReferenceArray<@Nullable Counter> byCode = new AtomicReferenceArray<>(CODES);
    private final Map<Outcome, Timer> byOutcome = new EnumMap<>(Outcome.class);

    ProtocolMeters(IntFunction<Counter> newCounter, Function<Outcome, Timer> newTimer) {
        this.newCounter = newCounter;
        for (Outcome outcome : Outcome.values()) {
            byOutcome.put(outcome, newTimer.apply(outcome));
        }
    }

    void ended(int code, Outcome outcome, long nanos) {
        Counter counter = byCode.get(code);
        if (counter == null) {
            counter = newCounter.apply(code);
            byCode.set(code, counter);
        }
        counter.increment();
        Timer timer = byOutcome.get(outcome);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
