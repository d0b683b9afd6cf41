/**
 * What the fronts may say to the rest: ask for a prediction, ask for health. Knows no protocol and no child.
 */
@NullMarked
package io.merlinadapter.predict;

import org.jspecify.annotations.NullMarked;
