package io.merlinadapter.cli;

import io.merlinadapter.cli.ShellWords.UnclosedQuoteException;
import io.merlinadapter.cli.config.BatchMode;
import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.ConfigReader;
import io.merlinadapter.cli.config.Faults;
import io.merlinadapter.cli.config.Given;
import io.merlinadapter.cli.config.Inequalities;
import io.merlinadapter.cli.config.Machine;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.config.ProgramFormat;
import io.merlinadapter.cli.program.ChildEnvironment;
import io.merlinadapter.cli.program.ChildLocale;
import io.merlinadapter.cli.program.ShellSyntax;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.trace.TraceSettings;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * From arguments and environment to a {@link Config}, or to everything that is wrong with them. Used once, by one
 * thread.
 */
final class Configuration {
    /** What sets how many threads a program's libraries compute with: OpenMP's, and those of their own. */
    private static final List<String> THREADS = List.of("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS");

    private final Map<String, String> env;
    private final Machine machine;
    private final Faults faults = new Faults();
    private final List<String> notices = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    /** What counts instead of what was given. */
    private final Map<Option<?>, String> instead;

    private @Nullable String putTogether;
    private boolean argsUnusable;

    private Configuration(Map<String, String> env, Machine machine, Map<Option<?>, String> instead) {
        this.env = env;
        this.machine = machine;
        this.instead = instead;
    }

    static Outcome resolve(List<String> args, Map<String, String> env, Machine machine) {
        return resolve(args, env, machine, Map.of());
    }

    /** As {@link #resolve(List, Map, Machine)}, but for these options, which have these values. */
    static Outcome resolve(
            List<String> args, Map<String, String> env, Machine machine, Map<Option<?>, String> instead) {
        Map<String, String> variables = Map.copyOf(env);
        return switch (SplitArgs.decide(args, variables)) {
            case AS_IT_IS -> new Configuration(variables, machine, instead).resolve(args);
            case TOGETHER -> new Configuration(variables, machine, instead).together(args);
            case IF_FAULTY -> {
                Configuration asItIs = new Configuration(variables, machine, instead);
                asItIs.noticeQuotes(args);
                Outcome outcome = asItIs.resolve(args);
                Outcome other = asItIs.faults.isEmpty()
                        ? outcome
                        : new Configuration(variables, machine, instead).together(args);
                yield other instanceof Outcome.Exit exit && exit.code() != ExitCode.OK ? outcome : other;
            }
        };
    }

    private Outcome together(List<String> args) {
        String line = String.join(" ", args);
        String instead = "; " + Options.SPLIT_ARGS.flag() + "=never, or the variable " + Options.SPLIT_ARGS.variable()
                + "=never, leaves them as they came";
        List<String> words = List.of();
        try {
            words = ShellWords.split(line);
        } catch (UnclosedQuoteException unclosed) {
            argsUnusable = true;
            faults.add("put together, the arguments have a fault: " + unclosed.getMessage() + " in "
                    + SafeText.quote(line) + "; expected quotes in pairs");
        }
        putTogether = "the arguments look split at each space, as by Merlin, and were put together again" + instead;
        faults.mayComeFrom(putTogether);
        return resolve(words);
    }

    private void noticeQuotes(List<String> args) {
        List<String> quoted = args.stream()
                .filter(arg -> arg.matches("(?s)([^'\"]*=)?('.*'|\".*\")"))
                .map(SafeText::quote)
                .toList();
        if (!quoted.isEmpty()) {
            notices.add("the quotes around " + String.join(", ", quoted)
                    + " are passed on, because no argument was split" + " inside of them; " + Options.SPLIT_ARGS.flag()
                    + "=always takes quotes away as a shell does");
        }
    }

    private Outcome resolve(List<String> args) {
        AdapterCommand.Parsed parsed = parse(args, faults);
        AdapterCommand.Asked asked = parsed.asked();
        switch (asked) {
            case HELP -> {
                return print(new AdapterCommand().help(Terminal.width(env)));
            }
            case SHORT_HELP -> {
                return print(new AdapterCommand().shortHelp(Terminal.width(env)));
            }
            case VERSION -> {
                return print(Version.line() + "\n");
            }
            case TO_RUN, CONFIG -> {}
        }
        warnings.addAll(parsed.warnings());
        ConfigReader reader = new ConfigReader(parsed.flags(), instead, env, faults, machine);
        Config config = reader.read(command(parsed.command(), asked == AdapterCommand.Asked.TO_RUN));
        new Inequalities(config, faults, machine).check();
        warnings.addAll(reader.warnings());
        warnings.addAll(Variables.check(env, faults));
        if (!faults.isEmpty()) {
            return new Outcome.Exit(ExitCode.USAGE, faults.report(), true, config.get(Options.TERMINATION_LOG));
        }
        if (asked == AdapterCommand.Asked.CONFIG) {
            return print(ResolvedTable.render(config) + "\n");
        }
        if (putTogether != null) {
            notices.add(putTogether + "; the program is " + ResolvedTable.program(config));
        }
        notices.addAll(ShellSyntax.notices(config.command(), env));
        warnAbout(config);
        warnAboutUnused(config);
        warnAboutMemory(config);
        warnAboutProcessors(config.get(Options.WORKERS), machine.cpuLimit());
        warnAboutFolders(config.resolved(Options.ARTIFACT_LOCATION).given());
        TraceSettings traces = TraceVariables.read(env, config, warnings);
        ChildLocale locale = ChildLocale.of(env, ChildLocale.Launched.here());
        if (locale.notice() != null) {
            (locale.isWarning() ? warnings : notices).add(locale.notice());
        }
        return new Outcome.Run(new Resolved(
                config,
                List.copyOf(notices),
                List.copyOf(warnings),
                ChildEnvironment.changes(config, env, locale, ChildEnvironment.deliveredHelpers()),
                putTogether,
                traces));
    }

    private static Outcome.Exit print(String text) {
        return new Outcome.Exit(ExitCode.OK, text, false, null);
    }

    private void warnAboutFolders(Given artifacts) {
        if (artifacts.text() != null && !exists(artifacts.text())) {
            warnings.add(
                    artifacts.statement() + ", which does not exist here; the program is told to find its files there");
        }
        String home = env.getOrDefault("JAVA_HOME", "");
        if (!home.isEmpty() && !exists(home + "/bin/java")) {
            warnings.add("JAVA_HOME is " + SafeText.quote(home) + ", where there is no bin/java; the adapter runs with "
                    + System.getProperty("java.home"));
        }
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException unmappable) {
            return false;
        }
    }

    /**
     * Parses a command line. One without options, as most images have, is told apart by hand: the parser takes longer to
     * load than all else that happens before the program is started.
     */
    static AdapterCommand.Parsed parse(List<String> args, Faults faults) {
        boolean afterDashes = !args.isEmpty() && args.get(0).equals("--");
        if (args.isEmpty() || afterDashes || !args.get(0).startsWith("-")) {
            List<String> command = afterDashes ? args.subList(1, args.size()) : args;
            return new AdapterCommand.Parsed(Map.of(), List.copyOf(command), List.of(), AdapterCommand.Asked.TO_RUN);
        }
        return new AdapterCommand().parse(args, faults);
    }

    private List<String> command(List<String> words, boolean needed) {
        List<String> command = words.isEmpty() ? commandFromVariable() : words;
        if (command == null) {
            return List.of();
        }
        if (command.isEmpty() && needed && !argsUnusable) {
            faults.add("there is no program to run; expected its command line after the options, for example"
                    + " merlin-adapter python3 predict.py, or in the variable " + Options.COMMAND_VARIABLE);
        } else if (!command.isEmpty() && command.get(0).isBlank()) {
            faults.add("the first word of the program's command line is empty; expected the program's name");
        }
        return command;
    }

    private @Nullable List<String> commandFromVariable() {
        String line = env.getOrDefault(Options.COMMAND_VARIABLE, "");
        try {
            return ShellWords.split(line);
        } catch (UnclosedQuoteException unclosed) {
            faults.add("the variable " + Options.COMMAND_VARIABLE + " is " + SafeText.quote(line) + ", and "
                    + unclosed.getMessage() + "; expected a command line quoted as for a shell");
            return null;
        }
    }

    private void warnAboutUnused(Config config) {
        boolean inLines = config.get(Options.FORMAT) == ProgramFormat.JSON;
        boolean merges = config.get(Options.BATCH) == BatchMode.INSTANCES;
        for (Option<?> option : List.of(Options.BATCH_MAX_SIZE, Options.BATCH_MAX_DELAY)) {
            if (inLines && !merges && config.resolved(option).given().source() != Given.Source.DEFAULT) {
                warnings.add(option.flag() + " has no effect with " + Options.FORMAT.flag()
                        + "=json, where each line is one request, unless " + Options.BATCH.flag()
                        + "=instances is set; or set " + Options.FORMAT.flag() + "=jsonrpc");
            }
        }
        if (merges && !inLines) {
            warnings.add(Options.BATCH.flag() + " has no effect with " + Options.FORMAT.flag()
                    + "=jsonrpc, where the program says itself whether it takes batches");
        }
        Given url = config.resolved(Options.PUSHGATEWAY_URL).given();
        if (!config.get(Options.PUSHGATEWAY_ENABLED) && url.source() != Given.Source.DEFAULT) {
            warnings.add(url.mention() + " has no effect without " + Options.PUSHGATEWAY_ENABLED.flag());
        }
    }

    private void warnAboutMemory(Config config) {
        if (!machine.endsAsOne()) {
            return;
        }
        String what =
                "memory.oom.group is 1: when the container's memory runs out, the kernel ends all of it, the adapter"
                        + " with its other requests too";
        if (config.get(Options.PROGRAM_MEMORY).watchesContainer()) {
            notices.add(what + "; so the program is ended before that (" + Options.PROGRAM_MEMORY.flag() + ")");
        } else {
            warnings.add(config.resolved(Options.PROGRAM_MEMORY).given().statement() + ", and " + what + "; set "
                    + Options.PROGRAM_MEMORY.flag()
                    + "=auto, or have kubelet set the other to 0 (singleProcessOOMKill, from Kubernetes 1.32 on)");
        }
    }

    /** Threads that compute, and there are no processors for, are all stopped for a part of each tenth of a second. */
    private void warnAboutProcessors(int workers, int limit) {
        if (limit == 0) {
            return;
        }
        String processors = limit == 1 ? "1 processor" : limit + " processors";
        if (workers > limit) {
            warnings.add(Options.WORKERS.flag() + " is " + workers + ", but the container's CPU limit is " + processors
                    + ": that helps a program that waits, while one that computes is slowed down; set "
                    + Options.WORKERS.flag() + "=" + limit + ", or raise the limit");
        }
        for (String name : THREADS) {
            String value = env.getOrDefault(name, "");
            int threads = value.matches("\\d{1,6}") ? Integer.parseInt(value) : 0;
            if (threads > 1 && threads * workers > limit) {
                warnings.add("the variable " + name + " is " + threads + ", for each of " + Options.WORKERS.flag()
                        + " (" + workers + "), but the container's CPU limit is " + processors + "; set " + name + "="
                        + Math.max(1, limit / workers) + ", or raise the limit");
            }
        }
    }

    private void warnAbout(Config config) {
        boolean inOrder = config.get(Options.FORMAT) == ProgramFormat.JSON;
        if (inOrder && !config.get(Options.PASS_HEADER).isEmpty()) {
            warnings.add(Options.PASS_HEADER.flag() + " has no effect with " + Options.FORMAT.flag()
                    + "=json, which passes no headers to the program; set " + Options.FORMAT.flag() + "=jsonrpc");
        }
        if (config.get(Options.SOCKET_DIR).isPresent()
                && !config.get(Options.CHANNEL).equals(Options.SOCKET)) {
            warnings.add(Options.SOCKET_DIR.flag() + " has no effect with " + Options.CHANNEL.flag() + "="
                    + config.get(Options.CHANNEL));
        }
        int lines = config.get(Options.MAX_IN_FLIGHT).lines();
        if (inOrder && lines > 1) {
            warnings.add(Options.MAX_IN_FLIGHT.flag() + " is " + lines
                    + ": replies are matched to requests only by their order, so the program must answer every request"
                    + " once and in the order of arrival");
        }
    }
}
