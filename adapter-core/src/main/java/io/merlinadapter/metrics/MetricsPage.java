package io.merlinadapter.metrics;

import org.jspecify.annotations.Nullable;

/** The page of {@code GET /metrics}. Rendering takes the longer the more series there are: never do it on an event loop. */
@FunctionalInterface
public interface MetricsPage {
    /** Renders the page in the format that {@code accept}, an HTTP Accept header, asks for. */
    Page render(@Nullable String accept);

    /** A finished page. */
    record Page(String contentType, String text) {}
}
