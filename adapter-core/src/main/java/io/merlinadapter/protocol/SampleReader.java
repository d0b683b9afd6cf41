package io.merlinadapter.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.merlinadapter.metrics.child.ChildSample;
import io.merlinadapter.text.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads one metric that a program reports, to the end of its object whatever is wrong with it. */
final class SampleReader {
    private final byte[] bytes;
    private final int start;
    private final JsonParser parser;

    private String name = "";
    private ChildSample.@Nullable Type type;
    private @Nullable Double value;
    private final SortedMap<String, String> labels = new TreeMap<>();
    private final List<Double> buckets = new ArrayList<>();
    private @Nullable String help;
    private String fault = "";

    /** Of a parser that is at the beginning of the object, and whose first byte is at {@code start}. */
    SampleReader(byte[] bytes, int start, JsonParser parser) {
        this.bytes = bytes;
        this.start = start;
        this.parser = parser;
    }

    /** The metric; null if it can't be used. */
    @Nullable
    ChildSample read() throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String member = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_NULL) {
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

    /** What it calls itself, as far as it can be shown; empty if it does not. */
    String name() {
        return Texts.shorten(name, ChildSample.LONGEST);
    }

    /** What is wrong with it, after {@link #read()} has returned null. */
    String fault() {
        return fault;
    }

    /** The first fault is the one to be told of. */
    private void note(String found) {
        fault = fault.isEmpty() ? found : fault;
    }

    private void member(String member) throws IOException {
        switch (member) {
            case "name" -> name = text(member);
            case "type" -> type(text(member));
            case "help" -> help = ChildSample.shortHelp(text(member));
            case "value" -> value = number("\"value\"");
            case "labels" -> labels();
            case "buckets" -> buckets();
            default -> parser.skipChildren();
        }
    }

    private String text(String member) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return ChildText.of(bytes, start + JsonText.tokenAt(parser));
        }
        parser.skipChildren();
        note("its \"" + member + "\" must be a text");
        return "";
    }

    private void type(String word) {
        switch (word) {
            case "counter" -> type = ChildSample.Type.COUNTER;
            case "gauge" -> type = ChildSample.Type.GAUGE;
            case "histogram" -> type = ChildSample.Type.HISTOGRAM;
            default -> note("its \"type\" is " + ChildSample.quoted(word) + " (expected: counter, gauge or histogram)");
        }
    }

    private @Nullable Double number(String what) throws IOException {
        if (parser.currentToken().isNumeric()) {
            // Zero has one sign here, or it could miss its bucket.
            return parser.getDoubleValue() + 0.0;
        }
        parser.skipChildren();
        note("its " + what + " must be a number");
        return null;
    }

    private void labels() throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            note("its \"labels\" must be an object of texts");
            return;
        }
        for (int count = 1; parser.nextToken() == JsonToken.FIELD_NAME; count++) {
            String label = decoded(parser.currentName());
            JsonToken token = parser.nextToken();
            if (count <= ChildSample.MOST_LABELS) {
                label(label, token);
            } else {
                parser.skipChildren();
                note("it has more than " + ChildSample.MOST_LABELS + " labels");
            }
        }
    }

    /** The parser takes each byte for a character. */
    private static String decoded(String name) {
        return new String(name.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private void label(String label, JsonToken token) throws IOException {
        note(ChildSample.labelFault(label));
        if (!token.isScalarValue() || token == JsonToken.VALUE_NULL) {
            parser.skipChildren();
            note("its label " + ChildSample.quoted(label) + " must be a text");
            return;
        }
        String text = token == JsonToken.VALUE_STRING ? text(label) : parser.getText();
        note(ChildSample.labelValueFault(label, text));
        // Half a surrogate pair can't be written; it must not look different here from what comes out.
        String written = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        if (labels.put(label, written) != null) {
            note("its label " + ChildSample.quoted(label) + " is there twice");
        }
    }

    private void buckets() throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            parser.skipChildren();
            note("its \"buckets\" must be an array of numbers");
            return;
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
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
