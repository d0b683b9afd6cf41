package io.merlinadapter.cli.it.support;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a page of metrics has: its metrics, and the values of their labels. */
public final class Samples {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

    private final Map<String, Map<String, Set<String>>> labels = new HashMap<>();

    private Samples() {}

    public static Samples of(String page) {
        Samples samples = new Samples();
        Matcher sample = SAMPLE.matcher(page);
        while (sample.find()) {
            Map<String, Set<String>> values = samples.labels.computeIfAbsent(sample.group(1), name -> new HashMap<>());
            if (sample.group(2) != null) {
                LABEL.matcher(sample.group(2))
                        .results()
                        .forEach(label -> values.computeIfAbsent(label.group(1), name -> new HashSet<>())
                                .add(label.group(2)));
            }
        }
        return samples;
    }

    public Set<String> metrics() {
        return labels.keySet();
    }

    public Set<String> values(String metric, String label) {
        return labels.getOrDefault(metric, Map.of()).getOrDefault(label, Set.of());
    }
}
