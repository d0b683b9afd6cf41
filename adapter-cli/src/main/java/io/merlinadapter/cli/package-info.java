/**
 * The {@code merlin-adapter} command: options and environment in, settings or a message out; logging; exit codes.
 */
@NullMarked
package io.merlinadapter.cli;

import org.jspecify.annotations.NullMarked;
