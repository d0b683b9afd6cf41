/**
 * Bytes to messages and back. Pure: no I/O, no threads, no clock.
 */
@NullMarked
package io.merlinadapter.protocol;

import org.jspecify.annotations.NullMarked;
