/**
 * The interface between the fronts and the rest: predictions and health. Knows no protocol and no child.
 */
@NullMarked
package io.merlinadapter.predict;

import org.jspecify.annotations.NullMarked;
