package io.merlinadapter.protocol;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Something that a child has counted or measured, with every name and number checked.
 *
 * @param value by how much a counter grows, what a gauge is at, or one observation of a histogram; finite
 * @param labels none of them empty: Prometheus can't tell those from absent ones
 * @param buckets upper bounds of a histogram's buckets, in order, without infinity; empty where the child named none
 * @param help null where the child gave none
 */
public record ChildSample(
        String name,
        Type type,
        double value,
        SortedMap<String, String> labels,
        List<Double> buckets,
        @Nullable String help) {
    public ChildSample {
        labels = Collections.unmodifiableSortedMap(labels);
        buckets = List.copyOf(buckets);
    }

    /** What becomes of values that have the same name and labels. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }
}
