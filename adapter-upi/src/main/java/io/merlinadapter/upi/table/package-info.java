/**
 * What UPI messages say, in the program's words and back: bytes to bytes, streaming, with no I/O and no thread of its
 * own.
 */
@NullMarked
package io.merlinadapter.upi.table;

import org.jspecify.annotations.NullMarked;
