package io.merlinadapter.metrics;

import io.merlinadapter.metrics.AdapterMetrics.Outcome;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** The meters of one protocol, found without making a key for each request. Any thread. */
final class ProtocolMeters {
    private static final String PROTOCOL = "protocol";
    private static final int CODES = 600;

    private final Meters meters;
    private final String protocol;
    private final AtomicReferenceArray<@Nullable Counter> byCode = new AtomicReferenceArray<>(CODES);
    private final Map<Outcome, Timer> byOutcome = new EnumMap<>(Outcome.class);

    ProtocolMeters(Meters meters, String protocol, Duration... bounds) {
        this.meters = meters;
        this.protocol = protocol;
        for (Outcome outcome : Outcome.values()) {
            Tags tags = Meters.tag("outcome", outcome).and(PROTOCOL, protocol);
            byOutcome.put(outcome, meters.timer(Metric.REQUEST_DURATION, tags, bounds));
        }
    }

    /** The counter of a status; seen at 0 from the first time that it is asked for. */
    Counter counter(int code) {
        Counter counter = byCode.get(code);
        if (counter == null) {
            counter = meters.counter(Metric.REQUESTS, Tags.of(PROTOCOL, protocol, "code", Integer.toString(code)));
            byCode.set(code, counter);
        }
        return counter;
    }

    void ended(int code, Outcome outcome, long nanos) {
        counter(code).increment();
        Timer timer = byOutcome.get(outcome);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
