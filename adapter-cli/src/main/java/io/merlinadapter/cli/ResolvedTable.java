package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.cli.text.Secrets;
import java.util.stream.Collectors;

/** The configuration as it is logged once, at the start: {@code name=value (where it came from)}. */
final class ResolvedTable {

    private static final int LONGEST_VALUE = 100;
    private static final int LONGEST_COMMAND = 300;

    private ResolvedTable() {}

    static String render(Resolved resolved) {
        return resolved.config().resolved().stream()
                .map(value -> "\n  " + value.line(LONGEST_VALUE))
                .collect(Collectors.joining("", "configuration\n  command=" + program(resolved.config()), ""));
    }

    /** The program and its arguments, shortened, and without what looks like a secret. */
    static String program(Config config) {
        String command =
                Secrets.mask(config.command()).stream().map(ResolvedTable::word).collect(Collectors.joining(" "));
        return SafeText.shorten(command, LONGEST_COMMAND);
    }

    /** Quoted where a reader could not see its borders. */
    private static String word(String word) {
        return word.isEmpty() || word.chars().anyMatch(Character::isWhitespace) ? '"' + word + '"' : word;
    }
}
