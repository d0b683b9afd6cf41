/**
 * The client of a Prometheus Pushgateway.
 */
@NullMarked
package io.merlinadapter.metrics.push;

import org.jspecify.annotations.NullMarked;
