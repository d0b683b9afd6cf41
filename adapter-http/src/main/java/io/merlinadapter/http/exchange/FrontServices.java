package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.MetricsPage;
import io.merlinadapter.predict.Predictor;
import java.util.function.LongSupplier;

/**
 * What a front needs from the rest of the adapter.
 *
 * @param predictor answers the predictions
 * @param budget pays for the bodies
 * @param metrics is told how requests end
 * @param page makes the text of {@code GET /metrics}
 * @param nanoClock {@link System#nanoTime()}, or a stand-in on the same scale as every {@code Deadline}
 */
public record FrontServices(
        Predictor predictor, MemoryBudget budget, AdapterMetrics metrics, MetricsPage page, LongSupplier nanoClock) {}
