/** Whether a program will serve: runs the adapter with it, calls it as callers do, and says what was seen and what to do. */
@NullMarked
package io.merlinadapter.cli.check;

import org.jspecify.annotations.NullMarked;
