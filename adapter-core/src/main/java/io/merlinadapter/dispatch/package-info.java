/**
 * Who goes next: the bounded queue in front of the workers, admission and deadlines.
 */
@NullMarked
package io.merlinadapter.dispatch;

import org.jspecify.annotations.NullMarked;
