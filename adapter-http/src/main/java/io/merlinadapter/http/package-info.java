/**
 * The HTTP_JSON front, and the plain HTTP routes (health, models, metrics) that every port shares. Knows the
 * {@code predict} and {@code metrics} words only, and no child.
 */
@NullMarked
package io.merlinadapter.http;

import org.jspecify.annotations.NullMarked;
