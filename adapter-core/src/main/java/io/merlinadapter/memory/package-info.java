/** Memory that callers and children make the adapter hold: one budget, and bytes that are paid for from it. */
@NullMarked
package io.merlinadapter.memory;

import org.jspecify.annotations.NullMarked;
