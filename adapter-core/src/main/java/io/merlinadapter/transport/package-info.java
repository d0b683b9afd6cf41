/**
 * The connection to a child: lines to it, messages from it, over its pipes or a socket. Never makes the event loop wait.
 */
@NullMarked
package io.merlinadapter.transport;

import org.jspecify.annotations.NullMarked;
