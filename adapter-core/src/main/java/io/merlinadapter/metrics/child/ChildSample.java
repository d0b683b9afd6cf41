package io.merlinadapter.metrics.child;

import io.merlinadapter.text.Texts;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One value that a child has counted or measured, and the rules for its parts. A rule returns what is wrong as a sentence
 * that begins with "it", or an empty text. Whoever makes a sample has applied them all.
 *
 * @param value the increase of a counter, the value of a gauge, or one observation of a histogram; finite
 * @param labels without empty values, which Prometheus can't tell from absent ones
 * @param buckets upper bounds of a histogram's buckets, ascending, without infinity; empty for the default ones
 * @param help null if the child gave none
 */
public record ChildSample(
        String name,
        Type type,
        double value,
        SortedMap<String, String> labels,
        List<Double> buckets,
        @Nullable String help) {
    /** The greatest length of a name and of a label's value, in characters. */
    public static final int LONGEST = 200;

    public static final int MOST_LABELS = 10;
    public static final int MOST_BUCKETS = 100;

    private static final int LONGEST_HELP = 500;
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Set<String> COMMON = Set.of("model_name", "model_version");

    public ChildSample {
        labels = Collections.unmodifiableSortedMap(labels);
        buckets = List.copyOf(buckets);
    }

    /** How values with the same name and labels are combined. */
    public enum Type {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    /** The rule for a name. */
    public static String nameFault(String name) {
        if (name.isEmpty()) {
            return "it has no \"name\"";
        } else if (name.length() > LONGEST) {
            return "its name has more than " + LONGEST + " characters";
        }
        return NAME.matcher(name).matches()
                ? ""
                : "its name must consist of letters, digits, _ and :, and must not begin with a digit";
    }

    /** The rule for the name of a label. */
    public static String labelFault(String label) {
        if (label.length() > LONGEST || !LABEL.matcher(label).matches() || label.startsWith("__")) {
            return "its label " + quoted(label) + " must consist of at most " + LONGEST
                    + " letters, digits and _, and must not begin with a digit or __";
        }
        return COMMON.contains(label) ? taken(label) : "";
    }

    private static String taken(String label) {
        return "its label " + quoted(label) + " is set by the adapter; leave it out or rename it";
    }

    /** The rule for the value of a label. */
    public static String labelValueFault(String label, String value) {
        return value.length() <= LONGEST
                ? ""
                : "the value of its label " + quoted(label) + " has more than " + LONGEST + " characters";
    }

    /** The rules that concern several parts of a sample. */
    public static String fault(Type type, String name, double value, Collection<String> labels, List<Double> buckets) {
        String number = numberFault(type, value);
        if (!number.isEmpty()) {
            return number;
        }
        return switch (type) {
            // OpenMetrics names the family without the suffix, which would leave nothing.
            case COUNTER -> name.equals("_total") ? "its name must not be _total" : misplaced(buckets);
            case GAUGE -> labels.contains("worker") ? taken("worker") : misplaced(buckets);
            case HISTOGRAM -> labels.contains("le") ? taken("le") : bucketFault(buckets);
        };
    }

    private static String numberFault(Type type, double value) {
        if (!Double.isFinite(value)) {
            return "its \"value\" is " + value + " (expected: a finite number)";
        }
        return type == Type.COUNTER && value < 0
                ? "its \"value\" is " + value + " (expected: the increase of the counter, 0 or more)"
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
                        + " (expected: finite numbers in ascending order; infinity is added)";
            }
            before = bound;
        }
        return "";
    }

    /** As much of a help text as is kept. */
    public static String shortHelp(String help) {
        return help.length() <= LONGEST_HELP ? help : Texts.shorten(help, LONGEST_HELP - 1);
    }

    /** A name or another word of the child's in a message, between quotation marks. */
    public static String quoted(String word) {
        return Texts.quote(word, LONGEST);
    }
}
