package io.merlinadapter.protocol;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.json.JsonScanner.Token;
import io.merlinadapter.metrics.child.ChildReport;
import io.merlinadapter.metrics.child.ChildSample;
import io.merlinadapter.text.Texts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what a program has counted and measured: an array of samples, or a single one. */
final class MetricsNotice {
    /** What is beyond is not kept: the line has not been paid for. */
    static final int MOST_SAMPLES = 10_000;

    static final int MOST_FAULTS = 20;

    private final JsonScanner scanner;
    private final List<ChildSample> samples = new ArrayList<>();
    private final List<ChildReport.Fault> faults = new ArrayList<>();
    private int unusable;

    private MetricsNotice(JsonScanner scanner) {
        this.scanner = scanner;
    }

    /** Reads the value from {@code from} to {@code to}, which was read before as JSON; there is none if {@code from} is negative. */
    static Message.Metrics read(byte[] bytes, int from, int to) throws JsonException {
        MetricsNotice notice = new MetricsNotice(JsonScanner.withNonFinite(bytes, Math.max(0, from), to));
        notice.read(from >= 0);
        return new Message.Metrics(new ChildReport(notice.samples, notice.faults, notice.unusable));
    }

    private void read(boolean isThere) throws JsonException {
        Token first = isThere ? scanner.next() : Token.END;
        if (first == Token.START_OBJECT) {
            entry();
        } else if (first == Token.START_ARRAY) {
            while (scanner.next() != Token.END_ARRAY) {
                entry();
            }
        } else {
            fault("", "\"params\" must be an array of metrics, or one of them");
        }
    }

    private void entry() throws JsonException {
        if (scanner.token() != Token.START_OBJECT) {
            scanner.skipValue();
            fault("", "it must be an object with \"name\", \"type\" and \"value\"");
        } else if (samples.size() == MOST_SAMPLES) {
            scanner.skipValue();
            fault("", "it is behind the first " + MOST_SAMPLES + " of its message; send fewer at a time");
        } else {
            SampleReader reader = new SampleReader(scanner);
            ChildSample sample = reader.read();
            if (sample != null) {
                samples.add(sample);
            } else {
                fault(Texts.shorten(reader.name, ChildSample.LONGEST), reader.fault);
            }
        }
    }

    private void fault(String metric, String why) {
        unusable++;
        if (faults.size() < MOST_FAULTS) {
            faults.add(new ChildReport.Fault(metric, why));
        }
    }

    /** Reads one metric that a program reports, to the end of its object whatever is wrong with it. */
    private static final class SampleReader {
        private final JsonScanner scanner;
        private String name = "";
        private ChildSample.@Nullable Type type;
        private @Nullable Double value;
        private final SortedMap<String, String> labels = new TreeMap<>();
        private final List<Double> buckets = new ArrayList<>();
        private @Nullable String help;
        private String fault = "";

        /** Of a scanner that is at the beginning of the object. */
        SampleReader(JsonScanner scanner) {
            this.scanner = scanner;
        }

        /** The metric; null if it can't be used. */
        @Nullable
        ChildSample read() throws JsonException {
            while (scanner.next() == Token.NAME) {
                String member = ChildValues.text(scanner);
                if (scanner.next() != Token.NULL) {
                    member(member);
                }
            }
            note(ChildSample.nameFault(name));
            if (type == null) {
                note("it has no \"type\" (expected: counter, gauge or histogram)");
            } else if (value == null) {
                note("it has no \"value\"");
            } else {
                note(ChildSample.fault(type, name, value, labels.keySet(), buckets));
                if (fault.isEmpty()) {
                    labels.values().removeIf(String::isEmpty);
                    return new ChildSample(name, type, value, labels, buckets, help);
                }
            }
            return null;
        }

        /** The first fault is the one to be told of. */
        private void note(String found) {
            fault = fault.isEmpty() ? found : fault;
        }

        private void member(String member) throws JsonException {
            switch (member) {
                case "name" -> name = text(member);
                case "type" -> type(text(member));
                case "help" -> help = ChildSample.shortHelp(text(member));
                case "value" -> value = number("\"value\"");
                case "labels" -> labels();
                case "buckets" -> buckets();
                default -> scanner.skipValue();
            }
        }

        private String text(String member) throws JsonException {
            if (scanner.token() == Token.STRING) {
                return ChildValues.text(scanner);
            }
            scanner.skipValue();
            note("its \"" + member + "\" must be a text");
            return "";
        }

        private void type(String word) {
            switch (word) {
                case "counter" -> type = ChildSample.Type.COUNTER;
                case "gauge" -> type = ChildSample.Type.GAUGE;
                case "histogram" -> type = ChildSample.Type.HISTOGRAM;
                default ->
                    note("its \"type\" is " + ChildSample.quoted(word) + " (expected: counter, gauge or histogram)");
            }
        }

        private @Nullable Double number(String what) throws JsonException {
            if (scanner.token() == Token.NUMBER || scanner.token() == Token.NON_FINITE) {
                // Zero has one sign here, or it could miss its bucket.
                return Double.parseDouble(scanner.raw().replace("INF", "Infinity")) + 0.0;
            }
            scanner.skipValue();
            note("its " + what + " must be a number");
            return null;
        }

        private void labels() throws JsonException {
            if (scanner.token() != Token.START_OBJECT) {
                scanner.skipValue();
                note("its \"labels\" must be an object of texts");
                return;
            }
            for (int count = 1; scanner.next() == Token.NAME; count++) {
                String label = ChildValues.text(scanner);
                scanner.next();
                if (count <= ChildSample.MOST_LABELS) {
                    label(label);
                } else {
                    scanner.skipValue();
                    note("it has more than " + ChildSample.MOST_LABELS + " labels");
                }
            }
        }

        private void label(String label) throws JsonException {
            note(ChildSample.labelFault(label));
            Token token = scanner.token();
            if (token == Token.START_OBJECT || token == Token.START_ARRAY || token == Token.NULL) {
                scanner.skipValue();
                note("its label " + ChildSample.quoted(label) + " must be a text");
                return;
            }
            String text = token == Token.STRING ? text(label) : scanner.raw();
            note(ChildSample.labelValueFault(label, text));
            // Half a surrogate pair can't be written; it must not look different here from what comes out.
            String written = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
            if (labels.put(label, written) != null) {
                note("its label " + ChildSample.quoted(label) + " is there twice");
            }
        }

        private void buckets() throws JsonException {
            if (scanner.token() != Token.START_ARRAY) {
                scanner.skipValue();
                note("its \"buckets\" must be an array of numbers");
                return;
            }
            while (scanner.next() != Token.END_ARRAY) {
                Double bound = number("every one of its \"buckets\"");
                if (bound != null && buckets.size() <= ChildSample.MOST_BUCKETS) {
                    buckets.add(bound);
                }
            }
            if (buckets.isEmpty()) {
                note("it has no bound in its \"buckets\"; leave them out for the default ones");
            }
        }
    }
}
