/**
 * The program's own metrics: the rules for what a child may report, and the registry that shows it on the metrics page.
 */
@NullMarked
package io.merlinadapter.metrics.child;

import org.jspecify.annotations.NullMarked;
