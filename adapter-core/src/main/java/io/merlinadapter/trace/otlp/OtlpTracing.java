package io.merlinadapter.trace.otlp;

import io.merlinadapter.trace.TraceSettings;
import io.merlinadapter.trace.TracedCall;
import io.merlinadapter.trace.Tracing;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces by OTLP: three spans for most calls, one for those that are refused. Any thread. */
public final class OtlpTracing implements Tracing {
    private static final Logger LOG = LoggerFactory.getLogger(OtlpTracing.class);

    private static final String SCOPE = "merlin-adapter";

    /** Of characters of an attribute's value: what callers write is held until it is sent. */
    static final int LONGEST_VALUE = 256;
    /** W3C Trace Context asks for this much to be passed on (3.3.1.5). What is longer is left out. */
    static final int LONGEST_STATE = 512;

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();
    private static final Headers HEADERS = new Headers();

    private final SdkTracerProvider provider;
    private final Spans spans;
    private final Delivery delivery;
    private final LongSupplier nanoClock;

    private OtlpTracing(TraceSettings settings, SpanExporter exporter, LongSupplier nanoClock) {
        LibraryLog.toOurs();
        this.nanoClock = nanoClock;
        TraceSettings.Queue queue = settings.queue();
        delivery = new Delivery(exporter, String.valueOf(settings.target().url()), queue.most() + queue.mostAtOnce());
        provider = SdkTracerProvider.builder()
                .setResource(Resource.getDefault().merge(Resource.create(attributes(settings.resource()))))
                .setSampler(sampler(settings.sampling()))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(LONGEST_VALUE)
                        .build())
                .addSpanProcessor(BatchSpanProcessor.builder(delivery)
                        .setMaxQueueSize(queue.most())
                        .setMaxExportBatchSize(queue.mostAtOnce())
                        .setScheduleDelay(queue.delay())
                        .setExporterTimeout(queue.timeout())
                        .build())
                .build();
        spans = new Spans(provider.get(SCOPE), delivery);
    }

    /**
     * Begins to trace.
     *
     * @param nanoClock the clock of every {@code Deadline}
     * @throws RuntimeException if a certificate or a key can't be used
     */
    public static OtlpTracing start(TraceSettings settings, LongSupplier nanoClock) {
        OtlpTracing tracing = new OtlpTracing(settings, exporter(settings.target()), nanoClock);
        LOG.info(
                "traces go to {} as {}",
                settings.target().url(),
                settings.resource().get("service.name"));
        // None at all: says now if the collector can't be reached, and loads the classes for those that follow.
        CompletableResultCode unused = tracing.delivery.export(List.of());
        return tracing;
    }

    /** The same with another way out. */
    static OtlpTracing of(TraceSettings settings, SpanExporter exporter, LongSupplier nanoClock) {
        return new OtlpTracing(settings, exporter, nanoClock);
    }

    private static OtlpHttpSpanExporter exporter(TraceSettings.Target target) {
        OtlpHttpSpanExporterBuilder builder = OtlpHttpSpanExporter.builder()
                .setEndpoint(target.url().toString())
                .setTimeout(target.timeout())
                .setConnectTimeout(target.timeout())
                .setCompression(target.gzip() ? "gzip" : "none");
        target.headers().forEach(builder::addHeader);
        if (target.trusted() != null) {
            builder.setTrustedCertificates(bytes(target.trusted()));
        }
        if (target.client() != null) {
            builder.setClientTls(
                    bytes(target.client().key()), bytes(target.client().certificate()));
        }
        return builder.build();
    }

    private static byte[] bytes(String pem) {
        return pem.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Attributes attributes(Map<String, String> texts) {
        AttributesBuilder builder = Attributes.builder();
        texts.forEach(builder::put);
        return builder.build();
    }

    private static Sampler sampler(TraceSettings.Sampling sampling) {
        Sampler root = sampling.ratio() >= 1
                ? Sampler.alwaysOn()
                : sampling.ratio() <= 0 ? Sampler.alwaysOff() : Sampler.traceIdRatioBased(sampling.ratio());
        return sampling.parentDecides() ? Sampler.parentBased(root) : root;
    }

    @Override
    public @Nullable TracedCall begin(String name, Parent parent, long sinceNanos) {
        Instant now = Instant.now();
        long offset = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() - nanoClock.getAsLong();
        Context caller = W3C.extract(Context.root(), parent, HEADERS);
        Span whole = spans.server(name, caller, sinceNanos + offset);
        return whole.isRecording() ? new OtlpCall(spans, whole, offset) : null;
    }

    /** Sends what is left, and waits for that, but not for longer than {@code atMost}. Traces nothing any more. */
    public void finish(Duration atMost) {
        provider.shutdown().join(atMost.toNanos(), TimeUnit.NANOSECONDS);
        delivery.sayWhatIsLost();
    }

    private static final class Headers implements TextMapGetter<Parent> {
        @Override
        public @Nullable String get(@Nullable Parent parent, String name) {
            if (parent == null) {
                return null;
            }
            return switch (name) {
                case "traceparent" -> parent.traceParent();
                case "tracestate" -> {
                    String state = parent.traceState();
                    yield state == null || state.length() > LONGEST_STATE ? null : state;
                }
                default -> null;
            };
        }
    }
}
