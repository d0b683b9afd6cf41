package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.merlinadapter.metrics.child.ChildReport;
import io.merlinadapter.metrics.child.ChildSample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads what a program has counted and measured: an array of samples, or a single one. */
final class MetricsNotice {
    /** What is beyond is not kept: the line has not been paid for. */
    static final int MOST_SAMPLES = 10_000;

    static final int MOST_FAULTS = 20;

    private final List<ChildSample> samples = new ArrayList<>();
    private final List<ChildReport.Fault> faults = new ArrayList<>();
    private int unusable;

    private MetricsNotice() {}

    static Message.Metrics read(byte[] bytes, JsonRpcScan.Part params) throws IOException {
        MetricsNotice notice = new MetricsNotice();
        if (params.first == JsonToken.START_OBJECT || params.first == JsonToken.START_ARRAY) {
            try (JsonParser parser = JsonText.of(bytes, params.from, params.end - params.from)) {
                notice.entries(bytes, params.from, parser);
            }
        } else {
            notice.fault("", "\"params\" must be an array of metrics, or one of them");
        }
        return new Message.Metrics(new ChildReport(notice.samples, notice.faults, notice.unusable));
    }

    private void entries(byte[] bytes, int start, JsonParser parser) throws IOException {
        if (parser.nextToken() == JsonToken.START_OBJECT) {
            entry(bytes, start, parser);
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            entry(bytes, start, parser);
        }
    }

    private void entry(byte[] bytes, int start, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            fault("", "it must be an object with \"name\", \"type\" and \"value\"");
        } else if (samples.size() == MOST_SAMPLES) {
            parser.skipChildren();
            fault("", "it is behind the first " + MOST_SAMPLES + " of its message; send fewer at a time");
        } else {
            SampleReader reader = new SampleReader(bytes, start, parser);
            ChildSample sample = reader.read();
            if (sample != null) {
                samples.add(sample);
            } else {
                fault(reader.name(), reader.fault());
            }
        }
    }

    private void fault(String metric, String why) {
        unusable++;
        if (faults.size() < MOST_FAULTS) {
            faults.add(new ChildReport.Fault(metric, why));
        }
    }
}
