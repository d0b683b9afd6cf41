/**
 * The operating system: starting a child, its exit, its end, its stderr.
 */
@NullMarked
package io.merlinadapter.os;

import org.jspecify.annotations.NullMarked;
