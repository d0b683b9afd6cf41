/**
 * The UPI_V1 front: gRPC, and the same messages as JSON, on a port that has the plain HTTP routes as well. Knows the
 * {@code predict} and {@code metrics} words and the fronts' own, and no child.
 */
@NullMarked
package io.merlinadapter.upi;

import org.jspecify.annotations.NullMarked;
