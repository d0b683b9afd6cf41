package io.merlinadapter.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;

/**
 * What is known of the adapter before anything happens.
 *
 * @param modelName a label of every series, as is the version
 * @param workers how many there are to be
 * @param requestTimeout the longest that a request may take, from which the histograms' bounds follow
 * @param startupTimeout likewise, of a program's start
 * @param childSeries how many time series of its own the program may have
 */
public record MetricsSettings(
        String modelName,
        String modelVersion,
        int workers,
        Duration requestTimeout,
        Duration startupTimeout,
        int childSeries) {
    /** What every series has. */
    Labels labels() {
        return Labels.of("model_name", modelName, "model_version", modelVersion);
    }
}
