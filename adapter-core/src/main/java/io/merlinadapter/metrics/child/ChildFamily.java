package io.merlinadapter.metrics.child;

import io.merlinadapter.metrics.child.ChildReports.Drop;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All series of one name. The first sample decides its type. Any thread; series are added and removed by its owner. */
final class ChildFamily {
    /** The default bounds of Prometheus' own clients, for durations in seconds. */
    static final List<Double> USUAL_BOUNDS = List.of(.005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10.);

    private static final String NO_HELP = "Reported by the program";

    private final String name;
    private final ChildSample.Type type;
    private final List<Double> bounds;
    private final double[] upperBounds;
    private final Map<Key, Series> series = new ConcurrentHashMap<>();
    private volatile @Nullable String help;

    /** A family without series, for a first sample. */
    ChildFamily(ChildSample first) {
        this.name = first.name();
        this.type = first.type();
        this.help = first.help();
        this.bounds = first.buckets().isEmpty() ? USUAL_BOUNDS : first.buckets();
        this.upperBounds = new double[bounds.size() + 1];
        for (int i = 0; i < bounds.size(); i++) {
            upperBounds[i] = bounds.get(i);
        }
        upperBounds[bounds.size()] = Double.POSITIVE_INFINITY;
    }

    /** Throws if the sample does not fit the type or the buckets of the family. */
    void check(ChildSample sample) throws DropException {
        if (sample.type() != type) {
            throw new DropException(
                    Drop.TYPE,
                    "it is a " + word(sample.type()) + " and was a " + word(type)
                            + " at first; a name is for one type");
        }
        if (!sample.buckets().isEmpty() && !sample.buckets().equals(bounds)) {
            throw new DropException(
                    Drop.TYPE,
                    "its \"buckets\" are " + sample.buckets() + " and were " + bounds
                            + " at first; a name is for one set of buckets");
        }
        if (help == null && sample.help() != null) {
            help = sample.help();
        }
    }

    private static String word(ChildSample.Type type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    /** The number of time series on the page for each of its series: a histogram has many. */
    int cost() {
        return type == ChildSample.Type.HISTOGRAM ? upperBounds.length + 2 : 1;
    }

    @Nullable
    Series find(Key key) {
        return series.get(key);
    }

    /** Adds a new series. */
    Series make(Key key, Labels common) {
        Labels labels = key.shown(common);
        Series made = switch (type) {
            case COUNTER -> new Series.Sum(labels);
            case GAUGE -> new Series.Level(labels);
            case HISTOGRAM -> new Series.Distribution(labels, upperBounds);
        };
        series.put(key, made);
        return made;
    }

    /** Returns true if the family is now empty. */
    boolean remove(Key key) {
        series.remove(key);
        return series.isEmpty();
    }

    ChildSample.Type type() {
        return type;
    }

    String name() {
        return name;
    }

    /** The current values. */
    MetricSnapshot snapshot() {
        String text = help;
        MetricMetadata about = new MetricMetadata(name, text == null ? NO_HELP : text);
        return switch (type) {
            case COUNTER -> new CounterSnapshot(about, shown(Series.Sum.class, Series.Sum::shown));
            case GAUGE -> new GaugeSnapshot(about, shown(Series.Level.class, Series.Level::shown));
            case HISTOGRAM ->
                new HistogramSnapshot(about, shown(Series.Distribution.class, Series.Distribution::shown));
        };
    }

    private <S extends Series, D> List<D> shown(Class<S> kind, Function<S, @Nullable D> show) {
        return series.values().stream()
                .map(kind::cast)
                .map(show)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Identifies a series within its family.
     *
     * @param worker {@link #EVERY} if all workers share the series
     */
    record Key(SortedMap<String, String> labels, int worker) {
        static final int EVERY = -1;

        /** All labels, as shown on the page. */
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

    /** The value for one set of labels. Any thread. */
    abstract static sealed class Series {
        private static final long NO_TIME = 0;

        private final Labels labels;

        private Series(Labels labels) {
            this.labels = labels;
        }

        final Labels labels() {
            return labels;
        }

        /** A counter: the sum over all children. */
        static final class Sum extends Series {
            private double total;

            Sum(Labels labels) {
                super(labels);
            }

            synchronized void add(double value) throws DropException {
                total = finite(total + value);
            }

            synchronized CounterDataPointSnapshot shown() {
                return new CounterDataPointSnapshot(total, labels(), null, NO_TIME);
            }
        }

        /** A histogram: the observations of all children. */
        static final class Distribution extends Series {
            private final double[] upperBounds;
            private final long[] counts;
            private double sum;

            /** @param upperBounds not changed, and shared; the last is infinity */
            Distribution(Labels labels, double[] upperBounds) {
                super(labels);
                this.upperBounds = upperBounds;
                this.counts = new long[upperBounds.length];
            }

            synchronized void observe(double value) throws DropException {
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
         * A gauge: the last value of one worker. While it is replaced there are two processes of that number: the younger one's value
         * is shown, and the older one's again should the younger one end first.
         */
        static final class Level extends Series {
            private final NavigableMap<Long, Double> byProcess = new TreeMap<>();

            Level(Labels labels) {
                super(labels);
            }

            /** Returns true if this is the first value of that process. */
            synchronized boolean set(long process, double value) {
                return byProcess.put(process, value) == null;
            }

            /** Returns true if no process is left. */
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

        /** An infinite sum would stay infinite for ever. */
        private static double finite(double sum) throws DropException {
            if (Double.isFinite(sum)) {
                return sum;
            }
            throw new DropException(Drop.INVALID, "its \"value\" would make the sum infinite");
        }
    }
}
