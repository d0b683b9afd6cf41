package io.merlinadapter.metrics;

import io.merlinadapter.metrics.ChildReports.Drop;
import io.merlinadapter.protocol.ChildSample;
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
 * What children count and measure themselves, under their own names. It stands beside Micrometer, which would rename it,
 * and refuse labels that differ. Counters and histograms are one for all children and outlive each of them; gauges are one
 * for each worker. Any thread: what exists is found without a lock, what is new is made under one.
 */
final class ChildMetrics implements MultiCollector {
    private static final String TOO_MANY = "its %d time series would come on top of %d (--child-series=%d);"
            + " a label must not have ever new values, such as ids";

    private final Labels common;
    private final int mostSeries;
    private final ObjIntConsumer<Drop> drops;
    private final AtomicLong processes = new AtomicLong();
    private final Map<String, ChildFamily> families = new ConcurrentHashMap<>();
    private final ChildNames names = new ChildNames();
    private int size;

    /**
     * None of any child yet.
     *
     * @param common labels that every series gets
     * @param mostSeries how many time series may be on the page
     * @param drops is told how many samples were dropped
     */
    ChildMetrics(Labels common, int mostSeries, ObjIntConsumer<Drop> drops) {
        this.common = common;
        this.mostSeries = mostSeries;
        this.drops = drops;
    }

    /** Where a child reports to that starts now. */
    ChildReports childStarts(int worker, ChildReports.Complaints complaints) {
        return new ReportingChild(this, worker, processes.incrementAndGet(), complaints);
    }

    void dropped(Drop reason, int number) {
        drops.accept(reason, number);
    }

    /** Adds to a counter or to a histogram. */
    void count(ChildSample sample) throws Refused {
        SeriesKey key = new SeriesKey(sample.labels(), SeriesKey.EVERY);
        ChildSeries known = known(sample, key);
        ChildSeries series = known == null ? make(sample, key) : known;
        if (series instanceof ChildSeries.Sum sum) {
            sum.add(sample.value());
        } else if (series instanceof ChildSeries.Distribution distribution) {
            distribution.observe(sample.value());
        }
    }

    /** Sets a gauge, unless the child is no more: its last words may be read later than its end. */
    synchronized void set(ChildSample sample, ReportingChild child) throws Refused {
        SeriesKey key = new SeriesKey(sample.labels(), child.worker());
        if (!child.hasEnded()
                && make(sample, key) instanceof ChildSeries.Level level
                && level.set(child.process(), sample.value())) {
            child.gauges().add(new Gauge(sample.name(), key));
        }
    }

    /** Takes a child's gauges off the page. */
    synchronized void ended(ReportingChild child) {
        child.end();
        for (Gauge gauge : child.gauges()) {
            ChildFamily family = families.get(gauge.name());
            if (family != null
                    && family.find(gauge.key()) instanceof ChildSeries.Level level
                    && level.forget(child.process())) {
                remove(family, gauge.key());
            }
        }
        child.gauges().clear();
    }

    /** Names that are there no more could otherwise pile up, with a program that invents them. */
    private void remove(ChildFamily family, SeriesKey key) {
        size -= family.cost();
        if (family.remove(key)) {
            families.remove(family.name());
            names.release(family.name(), family.type());
        }
    }

    private @Nullable ChildSeries known(ChildSample sample, SeriesKey key) throws Refused {
        ChildFamily family = families.get(sample.name());
        if (family == null) {
            return null;
        }
        family.check(sample);
        return family.find(key);
    }

    /** The series of that key, made unless another thread has just made it. */
    private synchronized ChildSeries make(ChildSample sample, SeriesKey key) throws Refused {
        ChildSeries known = known(sample, key);
        if (known != null) {
            return known;
        }
        ChildFamily there = families.get(sample.name());
        ChildFamily family = there == null ? new ChildFamily(sample) : there;
        if (there == null) {
            names.check(sample.name(), sample.type());
        }
        if (size + family.cost() > mostSeries) {
            throw new Refused(Drop.SERIES, TOO_MANY.formatted(family.cost(), size, mostSeries));
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
        // At one moment: a name that goes from one family to another must not be seen in both.
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

    /** Where a gauge of a child is. */
    record Gauge(String name, SeriesKey key) {}
}
