/** The paths of a port: who answers which request. */
@NullMarked
package io.merlinadapter.http.routes;

import org.jspecify.annotations.NullMarked;
