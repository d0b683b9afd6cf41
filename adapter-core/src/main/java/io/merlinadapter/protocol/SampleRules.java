package io.merlinadapter.protocol;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What Prometheus, and the adapter beside it, asks of a program's metric. Each fault is a sentence; empty is none. */
final class SampleRules {
    /** Characters of a name, or of the value of a label. */
    static final int LONGEST = 200;

    static final int MOST_LABELS = 10;
    static final int MOST_BUCKETS = 100;

    private static final int LONGEST_HELP = 500;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Set<String> COMMON = Set.of("model_name", "model_version");

    private SampleRules() {}

    static String nameFault(String name) {
        if (name.isEmpty()) {
            return "it has no \"name\"";
        } else if (name.length() > LONGEST) {
            return "its name has more than " + LONGEST + " characters";
        }
        return NAME.matcher(name).matches()
                ? ""
                : "its name must be letters, digits, _ and : and not begin with a digit";
    }

    static String labelFault(String label) {
        if (label.length() > LONGEST || !LABEL.matcher(label).matches() || label.startsWith("__")) {
            return "its label " + quoted(label) + " must be at most " + LONGEST
                    + " letters, digits and _, and not begin with a digit or __";
        }
        return COMMON.contains(label) ? taken(label) : "";
    }

    private static String taken(String label) {
        return "its label " + quoted(label) + " is set by the adapter; leave it away, or call it something else";
    }

    static String labelValueFault(String label, String value) {
        return value.length() <= LONGEST
                ? ""
                : "the value of its label " + quoted(label) + " has more than " + LONGEST + " characters";
    }

    /** What can only be judged when all of it is known. */
    static String fault(
            ChildSample.Type type, String name, double value, Collection<String> labels, List<Double> buckets) {
        String number = numberFault(type, value);
        if (!number.isEmpty()) {
            return number;
        }
        return switch (type) {
            // Its family would have no name in OpenMetrics, which knows it without the suffix.
            case COUNTER -> name.equals("_total") ? "its name must not be _total" : misplaced(buckets);
            case GAUGE -> labels.contains("worker") ? taken("worker") : misplaced(buckets);
            case HISTOGRAM -> labels.contains("le") ? taken("le") : bucketFault(buckets);
        };
    }

    private static String numberFault(ChildSample.Type type, double value) {
        if (!Double.isFinite(value)) {
            return "its \"value\" is " + value + " (expected: a finite number)";
        }
        return type == ChildSample.Type.COUNTER && value < 0
                ? "its \"value\" is " + value + " (expected: by how much the counter grows, 0 or more)"
                : "";
    }

    private static String misplaced(List<Double> buckets) {
        return buckets.isEmpty() ? "" : "it has \"buckets\", which only a histogram may have";
    }

    private static String bucketFault(List<Double> buckets) {
        if (buckets.size() > MOST_BUCKETS) {
            return "it has more than " + MOST_BUCKETS + " \"buckets\"";
        }
        double before = Double.NEGATIVE_INFINITY;
        for (double bound : buckets) {
            if (!(bound > before) || bound == Double.POSITIVE_INFINITY) {
                return "its \"buckets\" have " + bound
                        + " (expected: finite numbers, each greater than the one before; infinity is added)";
            }
            before = bound;
        }
        return "";
    }

    static String shortHelp(String help) {
        return help.length() <= LONGEST_HELP ? help : help.substring(0, LONGEST_HELP - 1) + "…";
    }

    /** A text in a message. */
    static String quoted(String text) {
        return '"' + shown(text) + '"';
    }

    /** As much of a text as a message shows. */
    static String shown(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
