package io.merlinadapter.trace.otlp;

import io.opentelemetry.exporter.internal.FailedExportException.HttpExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.ConnectException;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exporter that says what becomes of spans: once per change that they can't be delivered, once that some were dropped,
 * and at last how many were lost. Any thread.
 */
final class Delivery implements SpanExporter {
    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final SpanExporter exporter;
    private final String where;
    /** How many may wait or be on their way. */
    private final int most;

    private final LongAdder handedOver = new LongAdder();
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicBoolean fails = new AtomicBoolean();
    private final AtomicBoolean dropsAreSaid = new AtomicBoolean();

    Delivery(SpanExporter exporter, String where, int most) {
        this.exporter = exporter;
        this.where = where;
        this.most = most;
    }

    /** A span goes into the queue, or is dropped where that is full. */
    void handOver() {
        handedOver.increment();
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        // What is handed in is empty again by the time of the answer.
        int number = spans.size();
        long waiting = handedOver.sum() - taken.addAndGet(number);
        if (waiting > most && dropsAreSaid.compareAndSet(false, true)) {
            LOG.warn(
                    "spans come faster than they get to {}: those that don't fit the queue are dropped"
                            + " (OTEL_BSP_MAX_QUEUE_SIZE, OTEL_TRACES_SAMPLER)",
                    where);
        }
        CompletableResultCode sent = exporter.export(spans);
        return sent.whenComplete(() -> {
            if (sent.isSuccess()) {
                delivered.addAndGet(number);
                if (fails.compareAndSet(true, false)) {
                    LOG.info("exporting traces to {} works again", where);
                }
            } else if (fails.compareAndSet(false, true)) {
                LOG.warn(
                        "exporting traces to {} fails: {}; said once, requests are served all the same",
                        where,
                        reason(sent.getFailureThrowable()));
            }
        });
    }

    /** The collector's status, or what the first cause that says anything says. */
    private static String reason(@Nullable Throwable failure) {
        if (failure instanceof HttpExportException answered && answered.getResponse() != null) {
            return "status " + answered.getResponse().getStatusCode();
        }
        Throwable first = failure == null ? null : failure.getCause();
        for (Throwable cause = first; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                return cause.getMessage();
            }
        }
        if (first instanceof ConnectException) {
            // Java's client does not say more.
            return "no connection";
        }
        return first == null ? "no reason was given" : first.getClass().getSimpleName();
    }

    /** To be called when nothing comes any more. */
    void sayWhatIsLost() {
        long all = handedOver.sum();
        long lost = all - delivered.get();
        if (lost > 0) {
            LOG.warn("{} of {} spans did not get to {}", lost, all, where);
        }
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }
}
