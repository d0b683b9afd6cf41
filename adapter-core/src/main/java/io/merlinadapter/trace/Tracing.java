package io.merlinadapter.trace;

import org.jspecify.annotations.Nullable;

/** Makes traces of predictions. Any thread; no method throws or waits. */
public interface Tracing {
    /**
     * Begins the trace of a prediction, as part of its caller's.
     *
     * @param name as traces show the call: its method and its route, or its method of gRPC
     * @param sinceNanos when its headers were complete, on the scale of every {@code Deadline}
     * @return null if this prediction is not to be traced
     */
    @Nullable
    TracedCall begin(String name, Parent parent, long sinceNanos);

    /**
     * What the caller said of its own trace, by the headers of W3C Trace Context.
     *
     * @param traceParent null if there was none; any text else
     * @param traceState as {@code traceParent}
     */
    record Parent(@Nullable String traceParent, @Nullable String traceState) {}
}
