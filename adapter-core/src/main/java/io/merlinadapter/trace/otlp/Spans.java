package io.merlinadapter.trace.otlp;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/** Begins and ends spans, at times that are known already. Any thread. */
final class Spans {
    private final Tracer tracer;
    private final Delivery delivery;

    Spans(Tracer tracer, Delivery delivery) {
        this.tracer = tracer;
        this.delivery = delivery;
    }

    /** The span of a caller, within what the context holds. */
    Span server(String name, Context caller, long epochNanos) {
        return tracer.spanBuilder(name)
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(epochNanos, TimeUnit.NANOSECONDS)
                .startSpan();
    }

    Span within(Span whole, String name, long epochNanos) {
        return tracer.spanBuilder(name)
                .setParent(Context.root().with(whole))
                .setStartTimestamp(epochNanos, TimeUnit.NANOSECONDS)
                .startSpan();
    }

    void end(Span span, long epochNanos) {
        delivery.handOver();
        span.end(epochNanos, TimeUnit.NANOSECONDS);
    }
}
