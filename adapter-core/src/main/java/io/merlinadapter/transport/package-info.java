/**
 * Moving bytes to a child and from it, without ever making an event loop wait.
 */
@NullMarked
package io.merlinadapter.transport;

import org.jspecify.annotations.NullMarked;
