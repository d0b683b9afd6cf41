/**
 * Texts and durations in messages and logs. Knows no other package.
 */
@NullMarked
package io.merlinadapter.text;

import org.jspecify.annotations.NullMarked;
