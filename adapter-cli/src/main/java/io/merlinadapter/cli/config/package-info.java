/** The options, each declared once, and how they become values; the rules between them. */
@NullMarked
package io.merlinadapter.cli.config;

import org.jspecify.annotations.NullMarked;
