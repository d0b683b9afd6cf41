/** The port: its listener, its connections, and how both end; what Netty and Vert.x need to be helped with. */
@NullMarked
package io.merlinadapter.http.server;

import org.jspecify.annotations.NullMarked;
