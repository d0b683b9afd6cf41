package io.merlinadapter.metrics;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * What tells the series of one family apart.
 *
 * @param worker {@link #EVERY} where it is one for all of them
 */
record SeriesKey(SortedMap<String, String> labels, int worker) {
    static final int EVERY = -1;

    /** As they are shown. */
    Labels shown(Labels common) {
        List<String> names = new ArrayList<>(labels.keySet());
        List<String> values = new ArrayList<>(labels.values());
        if (worker != EVERY) {
            names.add("worker");
            values.add(Integer.toString(worker));
        }
        return common.merge(Labels.of(names, values));
    }
}
