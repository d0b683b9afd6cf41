/** How texts of unknown origin are shown, without their secrets. */
@NullMarked
package io.merlinadapter.cli.text;

import org.jspecify.annotations.NullMarked;
