/** What is written to stderr and to the termination log. */
@NullMarked
package io.merlinadapter.cli.log;

import org.jspecify.annotations.NullMarked;
