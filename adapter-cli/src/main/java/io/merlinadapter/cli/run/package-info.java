/** The running adapter: workers, ports, stop, exit code. */
@NullMarked
package io.merlinadapter.cli.run;

import org.jspecify.annotations.NullMarked;
