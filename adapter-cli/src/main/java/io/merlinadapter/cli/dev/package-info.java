/** What {@code merlin-adapter dev} has beside serving: reload, and the page at {@code /dev}. */
@NullMarked
package io.merlinadapter.cli.dev;

import org.jspecify.annotations.NullMarked;
