package io.merlinadapter.metrics;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.snapshots.Labels;

/** What the adapter itself uses, under the names that every dashboard knows: {@code jvm_*} and {@code process_*}. */
final class OwnProcess {
    private OwnProcess() {}

    static void bindTo(PrometheusMeterRegistry registry, Labels labels) {
        new JvmMemoryMetrics().bindTo(registry);
        // Lives as long as the process: there is nothing to close.
        @SuppressWarnings("resource")
        JvmGcMetrics gc = new JvmGcMetrics();
        gc.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        // Micrometer has other names for these, and none for the memory that a process holds.
        ProcessMetrics.builder().constLabels(labels).register(registry.getPrometheusRegistry());
    }
}
