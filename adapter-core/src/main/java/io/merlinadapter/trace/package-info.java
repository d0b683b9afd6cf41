/** What fronts tell of predictions that are traced, and where traces go. Knows no exporter. */
@NullMarked
package io.merlinadapter.trace;

import org.jspecify.annotations.NullMarked;
