package io.merlinadapter.metrics.child;

import io.merlinadapter.metrics.child.ChildReports.Drop;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The registry of the children's own metrics, under their own names. It stands beside Micrometer, which would rename them
 * and refuse labels that differ. Counters and histograms are shared by all children and outlive them; each worker has its
 * own gauges. Any thread: existing series are found without a lock, new ones are made under one.
 */
public final class ChildMetrics implements MultiCollector {
    private static final String TOO_MANY = "its %d time series would be added to %d (--child-series=%d);"
            + " a label must not take ever new values, such as ids";

    private final Labels common;
    private final int mostSeries;
    private final ObjIntConsumer<Drop> drops;
    private final AtomicLong processes = new AtomicLong();
    private final Map<String, ChildFamily> families = new ConcurrentHashMap<>();
    private final ChildNames names = new ChildNames();
    private int size;

    /**
     * An empty registry.
     *
     * @param common labels that every series gets
     * @param mostSeries how many time series may be on the page
     * @param drops receives the number of samples that were dropped, by reason
     */
    public ChildMetrics(Labels common, int mostSeries, ObjIntConsumer<Drop> drops) {
        this.common = common;
        this.mostSeries = mostSeries;
        this.drops = drops;
    }

    /**
     * A child process starts. Each process reports for itself: while a worker is replaced there are two processes of its
     * number, and the end of the older one must not remove the gauges of the younger one.
     */
    public ChildReports childStarts(int worker, ChildReports.DropListener listener) {
        return new ReportingChild(worker, processes.incrementAndGet(), listener);
    }

    /** Adds to a counter or to a histogram. */
    private void count(ChildSample sample) throws DropException {
        ChildFamily.Key key = new ChildFamily.Key(sample.labels(), ChildFamily.Key.EVERY);
        ChildFamily.Series known = known(sample, key);
        ChildFamily.Series series = known == null ? make(sample, key) : known;
        if (series instanceof ChildFamily.Series.Sum sum) {
            sum.add(sample.value());
        } else if (series instanceof ChildFamily.Series.Distribution distribution) {
            distribution.observe(sample.value());
        }
    }

    /** Frees the name as well, or the names of a program that invents them would pile up. */
    private void remove(ChildFamily family, ChildFamily.Key key) {
        size -= family.cost();
        if (family.remove(key)) {
            families.remove(family.name());
            names.release(family.name(), family.type());
        }
    }

    private ChildFamily.@Nullable Series known(ChildSample sample, ChildFamily.Key key) throws DropException {
        ChildFamily family = families.get(sample.name());
        if (family == null) {
            return null;
        }
        family.check(sample);
        return family.find(key);
    }

    /** Returns the series of that key, and makes it unless another thread has just done so. */
    private synchronized ChildFamily.Series make(ChildSample sample, ChildFamily.Key key) throws DropException {
        ChildFamily.Series known = known(sample, key);
        if (known != null) {
            return known;
        }
        ChildFamily there = families.get(sample.name());
        ChildFamily family = there == null ? new ChildFamily(sample) : there;
        if (there == null) {
            names.check(sample.name(), sample.type());
        }
        if (size + family.cost() > mostSeries) {
            throw new DropException(Drop.SERIES, TOO_MANY.formatted(family.cost(), size, mostSeries));
        }
        if (there == null) {
            names.claim(sample.name(), sample.type());
            families.put(sample.name(), family);
        }
        size += family.cost();
        return family.make(key, common);
    }

    @Override
    public MetricSnapshots collect() {
        List<ChildFamily> all;
        // A snapshot: a name that moves from one family to another must not be seen in both.
        synchronized (this) {
            all = List.copyOf(families.values());
        }
        List<MetricSnapshot> snapshots = new ArrayList<>(all.size());
        for (ChildFamily family : all) {
            MetricSnapshot snapshot = family.snapshot();
            if (!snapshot.getDataPoints().isEmpty()) {
                snapshots.add(snapshot);
            }
        }
        return new MetricSnapshots(snapshots);
    }

    /** Identifies a gauge of a child. */
    private record Gauge(String name, ChildFamily.Key key) {}

    /** The reports of one process. Its state is guarded by the registry. */
    private final class ReportingChild implements ChildReports {
        private final int worker;
        private final long process;
        private final DropListener listener;
        /** The gauges that have a value of this process. */
        private final List<Gauge> gauges = new ArrayList<>();

        private boolean ended;

        /** @param process greater than that of any process that was started before */
        ReportingChild(int worker, long process, DropListener listener) {
            this.worker = worker;
            this.process = process;
            this.listener = listener;
        }

        @Override
        public void reported(ChildReport report) {
            if (report.unusable() > 0) {
                drops.accept(Drop.INVALID, report.unusable());
                report.faults().forEach(fault -> listener.dropped(Drop.INVALID, fault.metric(), fault.why()));
            }
            report.samples().forEach(this::take);
        }

        private void take(ChildSample sample) {
            try {
                if (sample.type() == ChildSample.Type.GAUGE) {
                    set(sample);
                } else {
                    count(sample);
                }
            } catch (DropException drop) {
                drops.accept(drop.reason(), 1);
                listener.dropped(drop.reason(), sample.name(), drop.why());
            }
        }

        /** Sets a gauge, unless the process has ended: its last reports may be read later than that. */
        private void set(ChildSample sample) throws DropException {
            ChildFamily.Key key = new ChildFamily.Key(sample.labels(), worker);
            synchronized (ChildMetrics.this) {
                if (!ended
                        && make(sample, key) instanceof ChildFamily.Series.Level level
                        && level.set(process, sample.value())) {
                    gauges.add(new Gauge(sample.name(), key));
                }
            }
        }

        @Override
        public void ended() {
            synchronized (ChildMetrics.this) {
                ended = true;
                for (Gauge gauge : gauges) {
                    ChildFamily family = families.get(gauge.name());
                    if (family != null
                            && family.find(gauge.key()) instanceof ChildFamily.Series.Level level
                            && level.forget(process)) {
                        remove(family, gauge.key());
                    }
                }
                gauges.clear();
            }
        }
    }
}
