package io.merlinadapter.cli.monitoring;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What an expression in Prometheus' language asks for.
 *
 * @param where the panel or rule that it stands in
 */
record Expression(String where, String text) {
    private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");
    private static final Pattern LABELS = Pattern.compile(
            "\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring|group_left|" + "group_right)\\s*\\([^)]*\\)");
    private static final Pattern METRIC = Pattern.compile("(?<![\\w:.])[a-zA-Z_:][\\w:]*\\b(?!\\s*\\()");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "by", "without");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");

    /** The names of its metrics. */
    Set<String> metrics() {
        String bare = LABELS.matcher(STRING.matcher(text).replaceAll("\"\"")).replaceAll(" ");
        return METRIC.matcher(bare)
                .results()
                .map(found -> found.group())
                .filter(word -> !WORDS.contains(word))
                .collect(Collectors.toSet());
    }

    /** What it wants the labels of its metrics to be. */
    List<Matcher> matchers() {
        return SELECTOR.matcher(text)
                .results()
                .flatMap(selector -> MATCHER.matcher(selector.group(2))
                        .results()
                        .map(found -> new Matcher(selector.group(1), found.group(1), found.group(2), found.group(3))))
                .toList();
    }

    /** One condition of a selector. */
    record Matcher(String metric, String label, String operator, String value) {
        /** A pattern of the values that it names, to be wanted or to be left out; of all where it wants any. */
        Pattern named() {
            if (value.isEmpty()) {
                return Pattern.compile(".+");
            }
            return Pattern.compile(operator.endsWith("~") ? value : Pattern.quote(value));
        }
    }
}
