package io.merlinadapter.metrics;

import io.merlinadapter.metrics.ChildReports.Drop;
import io.merlinadapter.metrics.ChildSeries.Distribution;
import io.merlinadapter.metrics.ChildSeries.Level;
import io.merlinadapter.metrics.ChildSeries.Sum;
import io.merlinadapter.protocol.ChildSample;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All series of one name, which are of the type that the first was. Any thread; made larger and smaller by its owner. */
final class ChildFamily {
    /** Those of Prometheus' own clients: seconds of something that takes a moment. */
    static final List<Double> USUAL_BOUNDS = List.of(.005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10.);

    private static final String NO_HELP = "Reported by the program";

    private final String name;
    private final ChildSample.Type type;
    private final List<Double> bounds;
    private final double[] upperBounds;
    private final Map<SeriesKey, ChildSeries> series = new ConcurrentHashMap<>();
    private volatile @Nullable String help;

    /** Of what was reported first. */
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

    /** Makes sure that this belongs here too. */
    void check(ChildSample sample) throws Refused {
        if (sample.type() != type) {
            throw new Refused(
                    Drop.TYPE,
                    "it is a " + word(sample.type()) + " and was a " + word(type)
                            + " at first; a name is for one type");
        }
        if (!sample.buckets().isEmpty() && !sample.buckets().equals(bounds)) {
            throw new Refused(
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

    /** How many time series on the page one series is. */
    int cost() {
        return type == ChildSample.Type.HISTOGRAM ? upperBounds.length + 2 : 1;
    }

    @Nullable
    ChildSeries find(SeriesKey key) {
        return series.get(key);
    }

    /** Adds one that is not here yet. */
    ChildSeries make(SeriesKey key, Labels common) {
        Labels labels = key.shown(common);
        ChildSeries made = switch (type) {
            case COUNTER -> new Sum(labels);
            case GAUGE -> new Level(labels);
            case HISTOGRAM -> new Distribution(labels, upperBounds);
        };
        series.put(key, made);
        return made;
    }

    /** Whether none is left then. */
    boolean remove(SeriesKey key) {
        series.remove(key);
        return series.isEmpty();
    }

    ChildSample.Type type() {
        return type;
    }

    String name() {
        return name;
    }

    /** As it is at this moment. */
    MetricSnapshot snapshot() {
        String text = help;
        MetricMetadata about = new MetricMetadata(name, text == null ? NO_HELP : text);
        return switch (type) {
            case COUNTER -> new CounterSnapshot(about, shown(Sum.class, Sum::shown));
            case GAUGE -> new GaugeSnapshot(about, shown(Level.class, Level::shown));
            case HISTOGRAM -> new HistogramSnapshot(about, shown(Distribution.class, Distribution::shown));
        };
    }

    private <S extends ChildSeries, D> List<D> shown(Class<S> kind, Function<S, @Nullable D> show) {
        return series.values().stream()
                .map(kind::cast)
                .map(show)
                .filter(Objects::nonNull)
                .toList();
    }
}
