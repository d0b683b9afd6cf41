/**
 * The one event loop that owns dispatch and workers, so that their state needs no locks.
 */
@NullMarked
package io.merlinadapter.loop;

import org.jspecify.annotations.NullMarked;
