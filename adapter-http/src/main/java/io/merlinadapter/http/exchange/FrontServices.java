package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.MetricsPage;
import io.merlinadapter.predict.Predictor;
import io.merlinadapter.trace.Tracing;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a front needs from the rest of the adapter.
 *
 * @param predictor answers the predictions
 * @param budget pays for the bodies
 * @param metrics is told how requests end
 * @param page makes the text of {@code GET /metrics}
 * @param nanoClock {@link System#nanoTime()}, or a stand-in on the same scale as every {@code Deadline}
 * @param tracing makes traces of predictions; null where none are asked for
 */
public record FrontServices(
        Predictor predictor,
        MemoryBudget budget,
        AdapterMetrics metrics,
        MetricsPage page,
        LongSupplier nanoClock,
        @Nullable Tracing tracing) {

    /** Services of a front that traces nothing. */
    public FrontServices(
            Predictor predictor,
            MemoryBudget budget,
            AdapterMetrics metrics,
            MetricsPage page,
            LongSupplier nanoClock) {
        this(predictor, budget, metrics, page, nanoClock, null);
    }
}
