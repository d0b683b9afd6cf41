package io.merlinadapter.cli.monitoring;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rules for Prometheus, as their files have them. */
public final class Rules {
    /** Where all that monitors is. */
    public static final Path FOLDER = AdapterProcess.ROOT.resolve("monitoring");

    public static final List<Path> FILES =
            List.of(FOLDER.resolve("rules/recording.yml"), FOLDER.resolve("rules/alerts.yml"));

    private static final Pattern RULE = Pattern.compile("(?m)^ {6}- (alert|record): (\\S+)\\n((?: {8}.*\\n)+)");
    private static final Pattern EXPRESSION = Pattern.compile("(?m)^ {8}expr: (?:>-\\n((?: {10}.*\\n)+)|(.*)\\n)");

    private Rules() {}

    /** One rule; its body is the text below its name. */
    public record Rule(boolean isAlert, String name, String body) {
        Expression expression() {
            java.util.regex.Matcher found = EXPRESSION.matcher(body);
            if (!found.find()) {
                throw new AssertionError(name + " has no expr");
            }
            String text = found.group(1) == null ? found.group(2) : found.group(1);
            return new Expression(name, text.replaceAll("\\s+", " "));
        }
    }

    public static List<Rule> read() throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path file : FILES) {
            text.append(Files.readString(file));
        }
        return RULE.matcher(text)
                .results()
                .map(found -> new Rule(found.group(1).equals("alert"), found.group(2), found.group(3)))
                .toList();
    }

    public static List<Rule> alerts() throws IOException {
        return read().stream().filter(Rule::isAlert).toList();
    }

    public static List<Path> tests() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve("rules/tests"))) {
            return files.sorted().toList();
        }
    }
}
