package io.merlinadapter.metrics;

import java.time.Duration;

/**
 * What is known of the adapter before anything happens.
 *
 * @param modelName a label of every series, as is the version
 * @param workers how many there are to be
 * @param requestTimeout the longest that a request may take, from which the histograms' bounds follow
 * @param startupTimeout likewise, of a program's start
 */
public record MetricsSettings(
        String modelName, String modelVersion, int workers, Duration requestTimeout, Duration startupTimeout) {}
