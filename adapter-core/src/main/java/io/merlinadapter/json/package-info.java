/**
 * Reads and writes JSON without a tree: one scanner for what callers and programs send, and a writer for short messages. No
 * I/O, no threads, no clock.
 */
@NullMarked
package io.merlinadapter.json;

import org.jspecify.annotations.NullMarked;
