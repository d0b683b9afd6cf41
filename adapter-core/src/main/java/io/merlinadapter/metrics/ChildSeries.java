package io.merlinadapter.metrics;

import io.merlinadapter.metrics.ChildReports.Drop;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One set of labels of a family, and what children have reported for it. Any thread. */
abstract sealed class ChildSeries {
    private static final long NO_TIME = 0;

    private final Labels labels;

    private ChildSeries(Labels labels) {
        this.labels = labels;
    }

    final Labels labels() {
        return labels;
    }

    /** The sum of all that every child has counted. */
    static final class Sum extends ChildSeries {
        private double total;

        Sum(Labels labels) {
            super(labels);
        }

        synchronized void add(double value) throws Refused {
            total = finite(total + value);
        }

        synchronized CounterDataPointSnapshot shown() {
            return new CounterDataPointSnapshot(total, labels(), null, NO_TIME);
        }
    }

    /** The observations of all children. */
    static final class Distribution extends ChildSeries {
        private final double[] upperBounds;
        private final long[] counts;
        private double sum;

        /** @param upperBounds not changed, and shared; the last is infinity */
        Distribution(Labels labels, double[] upperBounds) {
            super(labels);
            this.upperBounds = upperBounds;
            this.counts = new long[upperBounds.length];
        }

        synchronized void observe(double value) throws Refused {
            sum = finite(sum + value);
            int found = Arrays.binarySearch(upperBounds, value);
            counts[found >= 0 ? found : -found - 1]++;
        }

        synchronized HistogramDataPointSnapshot shown() {
            ClassicHistogramBuckets buckets = ClassicHistogramBuckets.of(upperBounds, counts);
            return new HistogramDataPointSnapshot(buckets, sum, labels(), Exemplars.EMPTY, NO_TIME);
        }
    }

    /**
     * What a worker has measured last. While it is replaced there are two processes of that number: the younger one's value
     * is shown, and the older one's again should the younger one end first.
     */
    static final class Level extends ChildSeries {
        private final NavigableMap<Long, Double> byProcess = new TreeMap<>();

        Level(Labels labels) {
            super(labels);
        }

        /** Whether this is the first value of that process. */
        synchronized boolean set(long process, double value) {
            return byProcess.put(process, value) == null;
        }

        /** Whether no process is left now. */
        synchronized boolean forget(long process) {
            byProcess.remove(process);
            return byProcess.isEmpty();
        }

        /** Null if no process is left. */
        synchronized @Nullable GaugeDataPointSnapshot shown() {
            Map.Entry<Long, Double> last = byProcess.lastEntry();
            return last == null ? null : new GaugeDataPointSnapshot(last.getValue(), labels(), null);
        }
    }

    /** What was infinite once would be so for ever. */
    private static double finite(double sum) throws Refused {
        if (Double.isFinite(sum)) {
            return sum;
        }
        throw new Refused(Drop.INVALID, "its \"value\" would make the sum infinite");
    }
}
