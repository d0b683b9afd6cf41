package io.merlinadapter.http;

import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.predict.FailureKind;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Remembers what the front counted. */
public final class Counted implements AdapterMetrics {
    public final List<String> ends = new CopyOnWriteArrayList<>();
    public final List<FailureKind> failures = new CopyOnWriteArrayList<>();

    @Override
    public void requestEnded(String protocol, int code, Outcome outcome, long nanos) {
        ends.add(protocol + " " + code + " " + outcome + (nanos < 0 ? " before it began" : ""));
    }

    @Override
    public void predictionFailed(FailureKind kind) {
        failures.add(kind);
    }
}
