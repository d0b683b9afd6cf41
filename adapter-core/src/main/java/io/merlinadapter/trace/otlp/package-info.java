/** Traces by OpenTelemetry's SDK, exported by OTLP over HTTP. Nothing of it is loaded unless that is asked for. */
@NullMarked
package io.merlinadapter.trace.otlp;

import org.jspecify.annotations.NullMarked;
