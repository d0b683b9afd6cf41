/**
 * The adapter's own metrics: what is counted, and under which names.
 */
@NullMarked
package io.merlinadapter.metrics;

import org.jspecify.annotations.NullMarked;
