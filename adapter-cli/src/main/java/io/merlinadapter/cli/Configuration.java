package io.merlinadapter.cli;

import io.merlinadapter.cli.ShellWords.UnclosedQuoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From arguments and environment to {@link Settings}, or to everything that is wrong with them. Used once, by one
 * thread.
 */
final class Configuration {

    private final Map<String, String> env;
    private final Machine machine;
    private final Faults faults = new Faults();
    private final List<String> notices = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean argsRejoined;
    private boolean argsUnusable;

    private Configuration(Map<String, String> env, Machine machine) {
        this.env = env;
        this.machine = machine;
    }

    static Outcome resolve(List<String> args, Map<String, String> env, Machine machine) {
        return new Configuration(Map.copyOf(env), machine).resolve(args);
    }

    private Outcome resolve(List<String> args) {
        AdapterCommand.Parsed parsed = parse(rejoined(args), faults);
        if (parsed.help()) {
            return new Outcome.Exit(ExitCode.OK, new AdapterCommand().help(), false, null);
        }
        if (parsed.version()) {
            return new Outcome.Exit(ExitCode.OK, Version.line() + "\n", false, null);
        }
        warnings.addAll(parsed.warnings());
        SettingReader reader = new SettingReader(parsed.flags(), env, faults);
        Settings settings =
                new SettingsFactory(reader, faults, Platform.of(env), machine).read(command(parsed.command()));
        new Inequalities(reader, faults, machine).check(settings);
        warnings.addAll(Variables.check(env, faults));
        if (!faults.isEmpty()) {
            return new Outcome.Exit(
                    ExitCode.USAGE, faults.report(), true, settings.life().terminationLog());
        }
        if (argsRejoined) {
            notices.add("the arguments look split at each space, as by Merlin; joined again, the program is "
                    + ResolvedTable.program(settings) + " (" + Setting.SPLIT_ARGS.flag()
                    + "=never leaves them unchanged)");
        }
        warnAbout(settings);
        warnAboutUnused(settings.metrics().pushgateway(), reader.given(Setting.PUSHGATEWAY_URL));
        return new Outcome.Run(new Resolved(
                settings,
                reader.values(),
                List.copyOf(notices),
                List.copyOf(warnings),
                ChildEnvironment.changes(settings, env)));
    }

    /**
     * Parses a command line. One without options, as most images have, is told apart by hand: the parser takes longer to
     * load than all else that happens before the program is started.
     */
    static AdapterCommand.Parsed parse(List<String> args, Faults faults) {
        boolean afterDashes = !args.isEmpty() && args.get(0).equals("--");
        if (args.isEmpty() || afterDashes || !args.get(0).startsWith("-")) {
            List<String> command = afterDashes ? args.subList(1, args.size()) : args;
            return new AdapterCommand.Parsed(Map.of(), List.copyOf(command), List.of(), false, false);
        }
        return new AdapterCommand().parse(args, faults);
    }

    private List<String> rejoined(List<String> args) {
        if (!SplitArgs.applies(args, env)) {
            return args;
        }
        try {
            List<String> words = ShellWords.split(String.join(" ", args));
            argsRejoined = true;
            return words;
        } catch (UnclosedQuoteException unclosed) {
            argsUnusable = true;
            faults.add("the arguments were joined again after a split at each space, and "
                    + unclosed.getMessage() + " in " + SafeText.quote(String.join(" ", args))
                    + "; expected quotes in pairs, or the variable " + Setting.SPLIT_ARGS.variable() + "=never");
            return List.of();
        }
    }

    private List<String> command(List<String> words) {
        List<String> command = words.isEmpty() ? commandFromVariable() : words;
        if (command == null) {
            return List.of();
        }
        if (command.isEmpty() && !argsUnusable) {
            faults.add("there is no program to run; expected its command line after the options, for example"
                    + " merlin-adapter python3 predict.py, or in the variable " + Setting.COMMAND_VARIABLE);
        } else if (!command.isEmpty() && command.get(0).isBlank()) {
            faults.add("the first word of the program's command line is empty; expected the program's name");
        }
        return command;
    }

    private @Nullable List<String> commandFromVariable() {
        String line = env.getOrDefault(Setting.COMMAND_VARIABLE, "");
        try {
            return ShellWords.split(line);
        } catch (UnclosedQuoteException unclosed) {
            faults.add("the variable " + Setting.COMMAND_VARIABLE + " is " + SafeText.quote(line) + ", and "
                    + unclosed.getMessage() + "; expected a command line quoted as for a shell");
            return null;
        }
    }

    private void warnAboutUnused(Settings.Pushgateway pushgateway, Given url) {
        if (!pushgateway.enabled() && url.source() != Given.Source.DEFAULT) {
            warnings.add(url.mention() + " has no effect without " + Setting.PUSHGATEWAY_ENABLED.flag());
        }
    }

    private void warnAbout(Settings settings) {
        Settings.Wire wire = settings.program().wire();
        boolean inOrder = wire.format() == Settings.Format.JSON;
        if (inOrder && !wire.passedHeaders().isEmpty()) {
            warnings.add(Setting.PASS_HEADER.flag() + " has no effect with " + Setting.FORMAT.flag()
                    + "=json, which passes no headers to the program; set " + Setting.FORMAT.flag() + "=jsonrpc");
        }
        if (wire.socketDir() != null && !wire.channel().equals(Settings.Wire.SOCKET)) {
            warnings.add(
                    Setting.SOCKET_DIR.flag() + " has no effect with " + Setting.CHANNEL.flag() + "=" + wire.channel());
        }
        if (inOrder && settings.program().maxInFlight() > 1) {
            warnings.add(
                    Setting.MAX_IN_FLIGHT.flag() + " is " + settings.program().maxInFlight()
                            + ": replies are matched to requests only by their order, so the program must answer every request"
                            + " once and in the order of arrival");
        }
    }
}
