/**
 * What is counted, under which names. Told by the flow, never asked by it.
 */
@NullMarked
package io.merlinadapter.metrics;

import org.jspecify.annotations.NullMarked;
