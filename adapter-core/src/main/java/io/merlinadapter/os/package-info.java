/**
 * The operating system: starting a child, signals, its exit and its log, and what it uses of the machine.
 */
@NullMarked
package io.merlinadapter.os;

import org.jspecify.annotations.NullMarked;
