package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What docs/deploy-on-merlin.md lists. */
final class MerlinPage {
    private static final Pattern PAIR = Pattern.compile("\\| `(.*)` \\| `(.*)` \\|");

    private MerlinPage() {}

    /** The variables that Merlin sets. */
    static Map<String, String> variables() {
        return rows("variable").stream().collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
    }

    /** What somebody logs as args, and the program's arguments as JSON. */
    static List<MatchResult> args() {
        return rows("logged");
    }

    /** The rows of the table whose first column has this title, all of which are two pieces of code. */
    private static List<MatchResult> rows(String title) {
        return text().lines()
                .dropWhile(line -> !line.startsWith("| " + title + " |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .map(MerlinPage::pair)
                .toList();
    }

    private static MatchResult pair(String row) {
        var pair = PAIR.matcher(row);
        if (!pair.matches()) {
            throw new IllegalStateException("not two pieces of code: " + row);
        }
        return pair.toMatchResult();
    }

    private static String text() {
        try {
            return Files.readString(AdapterProcess.ROOT.resolve("docs/deploy-on-merlin.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
