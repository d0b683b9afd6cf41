package io.merlinadapter.metrics;

import io.merlinadapter.protocol.ChildSample;
import io.merlinadapter.protocol.Message;
import java.util.ArrayList;
import java.util.List;

/** One process among those that report. Its state is guarded by the metrics that it reports to. */
final class ReportingChild implements ChildReports {
    private final ChildMetrics metrics;
    private final int worker;
    private final long process;
    private final Complaints complaints;
    private final List<ChildMetrics.Gauge> gauges = new ArrayList<>();
    private boolean ended;

    /** @param process greater than that of any process which was started before */
    ReportingChild(ChildMetrics metrics, int worker, long process, Complaints complaints) {
        this.metrics = metrics;
        this.worker = worker;
        this.process = process;
        this.complaints = complaints;
    }

    @Override
    public void reported(Message.Metrics said) {
        if (said.unusable() > 0) {
            metrics.dropped(Drop.INVALID, said.unusable());
            said.faults().forEach(fault -> complaints.dropped(Drop.INVALID, fault.metric(), fault.why()));
        }
        for (ChildSample sample : said.samples()) {
            take(sample);
        }
    }

    private void take(ChildSample sample) {
        try {
            if (sample.type() == ChildSample.Type.GAUGE) {
                metrics.set(sample, this);
            } else {
                metrics.count(sample);
            }
        } catch (Refused refused) {
            metrics.dropped(refused.reason(), 1);
            complaints.dropped(refused.reason(), sample.name(), refused.why());
        }
    }

    @Override
    public void ended() {
        metrics.ended(this);
    }

    int worker() {
        return worker;
    }

    long process() {
        return process;
    }

    /** The gauges that have a value of this process. */
    List<ChildMetrics.Gauge> gauges() {
        return gauges;
    }

    boolean hasEnded() {
        return ended;
    }

    void end() {
        ended = true;
    }
}
