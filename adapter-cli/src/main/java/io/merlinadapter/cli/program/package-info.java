/** What can be told of the program before it is started: whether it can be, and what its environment is. */
@NullMarked
package io.merlinadapter.cli.program;

import org.jspecify.annotations.NullMarked;
