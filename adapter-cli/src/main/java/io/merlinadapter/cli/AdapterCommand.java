package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Faults;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.text.SafeText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The command line: which words are ours, which are the program's. Its options are the {@link Options}. */
@Command(
        name = "merlin-adapter",
        customSynopsis = "merlin-adapter [options] [--] command args…",
        synopsisHeading = "Usage: ",
        description = {
            "",
            "Starts a program that predicts, and serves it over HTTP and gRPC as a custom model of Merlin. The program"
                    + " reads each request as one line of JSON from its standard input, and writes the reply as one line"
                    + " of JSON to its standard output.",
            "",
            "  merlin-adapter python3 predict.py",
            "  merlin-adapter --workers=2 --warmup=@sample.json -- jq -c --unbuffered '{total: .price}'",
            "",
            "Options end at the first word that is not an option; the program and its arguments come after them. If there"
                    + " is no program, it is read from the variable ADAPTER_COMMAND, quoted as for a shell. No shell is"
                    + " involved. Each option can be set by the variable named in brackets; the option wins. A TIME is 30s, 500ms,"
                    + " 5m or 1h, a plain number is seconds. A SIZE is a number of bytes, or 512KiB, 16MiB, 1GiB."
        },
        exitCodeListHeading = "%nExit codes%n",
        footer = {
            "",
            "Set options for the Java virtual machine in the variable ADAPTER_JAVA_OPTS, for example -Xmx256m."
        },
        usageHelpWidth = AdapterCommand.WIDTH)
final class AdapterCommand {

    static final int WIDTH = 96;

    /** What other servers call it. */
    private static final Set<String> SHORT_FOR_PORT = Set.of("p", "port");

    private final Map<Option<?>, OptionSpec> options = new LinkedHashMap<>();
    private final PositionalParamSpec words = PositionalParamSpec.builder()
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .hidden(true)
            .build();
    private final CommandLine commandLine;

    AdapterCommand() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(this)
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .description("Print this help.")
                        .build())
                .addOption(OptionSpec.builder("-V", "--version")
                        .versionHelp(true)
                        .description("Print the version.")
                        .build())
                .addPositional(words);
        for (Option<?> option : Options.all()) {
            OptionSpec parsed = spec(option);
            options.put(option, parsed);
            spec.addOption(parsed);
        }
        spec.usageMessage().exitCodeList(ExitCode.table());
        // A file named @something may well be an argument of the program, so it must not be opened here.
        commandLine = new CommandLine(spec)
                .setStopAtPositional(true)
                .setExpandAtFiles(false)
                .setUnmatchedArgumentsAllowed(true)
                .setPosixClusteredShortOptionsAllowed(false);
        // Several faults are reported together, so the first must not end the parsing.
        spec.parser().collectErrors(true);
        HelpText.arrange(commandLine);
    }

    /** A list, so that a repeated flag is seen: picocli would complain about it on stderr by itself. */
    private static OptionSpec spec(Option<?> option) {
        OptionSpec.Builder spec = OptionSpec.builder(option.flag())
                .paramLabel(option.label())
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class);
        return option.isSwitch() ? spec.preprocessor(Switches::aloneMeansTrue).build() : spec.build();
    }

    String help() {
        return commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    /**
     * What was found on a command line.
     *
     * @param flags the last value of each flag that was given
     * @param command the words from the first that is no option
     */
    record Parsed(
            Map<Option<?>, String> flags, List<String> command, List<String> warnings, boolean help, boolean version) {}

    Parsed parse(List<String> args, Faults faults) {
        ParseResult result = commandLine.parseArgs(args.toArray(String[]::new));
        result.errors().forEach(error -> faults.add(describe(error)));
        result.unmatched().forEach(flag -> faults.add(describeUnknown(flag)));
        Map<Option<?>, String> flags = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        options.forEach((option, spec) -> {
            List<String> given = values(result, spec);
            if (!given.isEmpty()) {
                flags.put(option, given.get(given.size() - 1));
            }
            if (given.size() > 1) {
                warnings.add(option.flag() + " is given " + given.size() + " times; the last one counts, "
                        + SafeText.quote(option.shown(given.get(given.size() - 1))));
            }
        });
        List<String> command = result.matchedPositionalValue(0, List.<String>of());
        Switches.checkNotSetApart(args, command, faults);
        return new Parsed(
                flags, List.copyOf(command), warnings, result.isUsageHelpRequested(), result.isVersionHelpRequested());
    }

    private static List<String> values(ParseResult result, OptionSpec option) {
        return result.hasMatchedOption(option)
                ? result.matchedOption(option.longestName()).stringValues()
                : List.of();
    }

    private String describe(Exception error) {
        if (error instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            ArgSpec argument = missing.getMissing().get(0);
            if (argument instanceof OptionSpec option) {
                return option.longestName() + " has no value; expected " + option.longestName() + "="
                        + option.paramLabel();
            }
        }
        return String.valueOf(error.getMessage());
    }

    private static String describeUnknown(String word) {
        String flag = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        String closest = closest(flag);
        return SafeText.quote(flag) + " is not an option of merlin-adapter; "
                + (closest == null
                        ? "if it belongs to your program, put it after the program's name"
                        : "did you mean --" + closest + "?");
    }

    private static @Nullable String closest(String flag) {
        String wanted = flag.replaceFirst("^-+", "").toLowerCase(Locale.ROOT).replace('_', '-');
        if (SHORT_FOR_PORT.contains(wanted)) {
            return Options.HTTP_PORT.key();
        }
        List<String> known = Stream.concat(Options.all().stream().map(Option::key), Stream.of("help", "version"))
                .collect(Collectors.toList());
        return Suggestions.closest(wanted, known);
    }
}
