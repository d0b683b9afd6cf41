package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Faults;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.text.SafeText;
import java.util.ArrayList;
import java.util.HashMap;
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
import picocli.CommandLine.IHelpSectionRenderer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParseResult;

/** The command line: which words are ours, which are the program's. Its options are the {@link Options}. */
@Command(
        name = "merlin-adapter",
        customSynopsis = "merlin-adapter [options] [--] command args…",
        synopsisHeading = "Usage: ")
final class AdapterCommand {

    /** Alone on the command line, as help and version are. */
    static final String PRINT_CONFIG = "--print-config";

    private static final String[] WHAT_IT_IS = {
        "",
        "Starts a program that predicts, and serves it over HTTP and gRPC as a custom model of Merlin. The program"
                + " reads each request as one line of JSON from its standard input, and writes the reply as one line"
                + " of JSON to its standard output.",
        "",
        "  merlin-adapter python3 predict.py",
        "  merlin-adapter --workers=2 --warmup=@sample.json -- \\",
        "      jq -c --unbuffered '{total: .price}'",
        "",
        "Will your program serve? merlin-adapter check, followed by the same options and program, tries it and says so;"
                + " merlin-adapter check --help tells more.",
        "While you write the program: merlin-adapter dev, followed by the same, replaces it when its files change, and has a page"
                + " to try it; merlin-adapter dev --help tells more."
    };

    private static final String[] HOW_OPTIONS_ARE_WRITTEN = {
        "",
        "Options end at the first word that is not an option; the program and its arguments come after them. If there"
                + " is no program, it is read from the variable ADAPTER_COMMAND, quoted as for a shell. No shell is"
                + " involved. Each option can be set by the variable named in brackets; the option wins. A TIME is 30s, 500ms,"
                + " 5m or 1h, a plain number is seconds. A SIZE is a number of bytes, or 512KiB, 16MiB, 1GiB."
    };

    private static final String SHORT_HELP = "-h";

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
                .addOption(OptionSpec.builder(SHORT_HELP).build())
                .addOption(OptionSpec.builder(PRINT_CONFIG).build())
                .addOption(OptionSpec.builder("--help").usageHelp(true).build())
                .addOption(
                        OptionSpec.builder("-V", "--version").versionHelp(true).build())
                .addPositional(words);
        for (Option<?> option : Options.all()) {
            OptionSpec parsed = spec(option);
            options.put(option, parsed);
            spec.addOption(parsed);
        }
        // A file named @something may well be an argument of the program, so it must not be opened here.
        commandLine = new CommandLine(spec)
                .setStopAtPositional(true)
                .setExpandAtFiles(false)
                .setUnmatchedArgumentsAllowed(true)
                .setPosixClusteredShortOptionsAllowed(false);
        // Several faults are reported together, so the first must not end the parsing.
        spec.parser().collectErrors(true);
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

    /** All options, and all that there is to know of them. */
    String help(int width) {
        UsageMessageSpec usage = usage(width)
                .description(Stream.of(WHAT_IT_IS, HOW_OPTIONS_ARE_WRITTEN)
                        .flatMap(Stream::of)
                        .toArray(String[]::new))
                .exitCodeListHeading("%nExit codes%n")
                .exitCodeList(ExitCode.table())
                .footer(
                        "",
                        "Set options for the Java virtual machine in the variable ADAPTER_JAVA_OPTS, for example -Xmx256m.");
        return rendered(usage, HelpText::all);
    }

    /** What somebody needs who has not used it yet. */
    String shortHelp(int width) {
        UsageMessageSpec usage = usage(width)
                .description(WHAT_IT_IS)
                .footer(
                        "",
                        "Each option can be set by the variable named in brackets; the option wins. These are "
                                + Options.essential().size() + " of "
                                + Options.all().size()
                                + " options: merlin-adapter --help prints all, how values are written, and the exit codes.");
        return rendered(usage, HelpText::essential);
    }

    private UsageMessageSpec usage(int width) {
        return commandLine.getCommandSpec().usageMessage().width(width);
    }

    private String rendered(UsageMessageSpec usage, IHelpSectionRenderer options) {
        Map<String, IHelpSectionRenderer> sections = new HashMap<>(usage.sectionMap());
        sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, options);
        usage.sectionMap(sections);
        return commandLine.getUsageMessage(CommandLine.Help.Ansi.OFF);
    }

    /** What is to be done. */
    enum Asked {
        TO_RUN,
        SHORT_HELP,
        HELP,
        VERSION,
        CONFIG
    }

    /**
     * What was found on a command line.
     *
     * @param flags the last value of each flag that was given
     * @param command the words from the first that is no option
     */
    record Parsed(Map<Option<?>, String> flags, List<String> command, List<String> warnings, Asked asked) {}

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
        return new Parsed(flags, List.copyOf(command), warnings, asked(result));
    }

    private static Asked asked(ParseResult result) {
        if (result.isUsageHelpRequested()) {
            return Asked.HELP;
        }
        if (result.hasMatchedOption(SHORT_HELP)) {
            return Asked.SHORT_HELP;
        }
        if (result.isVersionHelpRequested()) {
            return Asked.VERSION;
        }
        return result.hasMatchedOption(PRINT_CONFIG) ? Asked.CONFIG : Asked.TO_RUN;
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
        List<String> known = Stream.concat(
                        Options.all().stream().map(Option::key), Stream.of("help", "version", "print-config"))
                .collect(Collectors.toList());
        return Suggestions.closest(wanted, known);
    }
}
