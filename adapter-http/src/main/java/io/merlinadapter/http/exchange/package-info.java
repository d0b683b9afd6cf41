/** One prediction at a port, from its complete headers to its answer. */
@NullMarked
package io.merlinadapter.http.exchange;

import org.jspecify.annotations.NullMarked;
