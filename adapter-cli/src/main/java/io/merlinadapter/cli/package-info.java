/**
 * The {@code merlin-adapter} command: from arguments and environment to something to run, or a message.
 */
@NullMarked
package io.merlinadapter.cli;

import org.jspecify.annotations.NullMarked;
