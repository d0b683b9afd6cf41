package io.merlinadapter.metrics;

import org.jspecify.annotations.Nullable;

/** What {@code GET /metrics} shows. Making a page grows with the number of series: never on an event loop. */
@FunctionalInterface
public interface MetricsPage {
    /** The page in the format that {@code accept}, an HTTP Accept header, asks for. */
    Page render(@Nullable String accept);

    /** A finished page. */
    record Page(String contentType, String text) {}
}
