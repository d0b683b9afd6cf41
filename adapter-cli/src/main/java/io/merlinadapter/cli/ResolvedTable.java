package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Given;
import io.merlinadapter.cli.config.ResolvedValue;
import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.cli.text.Secrets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The configuration in words, without its secrets: all of it, or what somebody has set. */
final class ResolvedTable {

    private static final int LONGEST_VALUE = 100;
    private static final int LONGEST_COMMAND = 300;

    private ResolvedTable() {}

    /** A line for each option: {@code name=value (where it came from)}. */
    static String render(Config config) {
        return Stream.concat(
                        Stream.of("command=" + program(config)),
                        config.resolved().stream().map(value -> value.line(LONGEST_VALUE)))
                .collect(Collectors.joining("\n"));
    }

    /** What somebody has set, on one line. */
    static String summary(Config config) {
        String set = set(config).stream()
                .map(value -> value.option().flag() + "=" + shown(value) + " ("
                        + (value.source() == Given.Source.FLAG
                                ? "flag"
                                : value.option().variable())
                        + ")")
                .collect(Collectors.joining(", "));
        return "configuration: program " + program(config) + "; "
                + (set.isEmpty() ? "all is default" : set + "; all else is default") + ": "
                + AdapterCommand.PRINT_CONFIG + " shows it";
    }

    /** The same for machines: name to value. */
    static Map<String, String> members(Config config) {
        Map<String, String> members = new LinkedHashMap<>();
        members.put("command", program(config));
        set(config).forEach(value -> members.put(value.option().key(), shown(value)));
        return members;
    }

    private static List<ResolvedValue<?>> set(Config config) {
        return config.resolved().stream()
                .filter(value -> value.source() == Given.Source.FLAG || value.source() == Given.Source.VARIABLE)
                .collect(Collectors.toList());
    }

    private static String shown(ResolvedValue<?> value) {
        return SafeText.shorten(value.text(), LONGEST_VALUE);
    }

    /** The program and its arguments, shortened, and without what looks like a secret. */
    static String program(Config config) {
        String command =
                Secrets.mask(config.command()).stream().map(ResolvedTable::word).collect(Collectors.joining(" "));
        return command.isEmpty() ? "unset" : SafeText.shorten(command, LONGEST_COMMAND);
    }

    /** Quoted where a reader could not see its borders. */
    private static String word(String word) {
        return word.isEmpty() || word.chars().anyMatch(Character::isWhitespace) ? '"' + word + '"' : word;
    }
}
