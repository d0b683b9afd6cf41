package io.merlinadapter.cli;

import io.merlinadapter.cli.check.Check;
import io.merlinadapter.cli.check.CheckSettings;
import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Given;
import io.merlinadapter.cli.config.Machine;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.program.ProgramInspection;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.text.Texts;
import io.vertx.core.buffer.Buffer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** {@code merlin-adapter check}: its own words on the command line, and what it takes over from serving. Used once. */
final class CheckCommand {
    /** The first word of the command line. */
    static final String NAME = "check";

    private static final String REQUEST = "--request";
    private static final String UPI_REQUEST = "--upi-request";
    private static final String JSON = "--json";
    private static final String QUICK = "--quick";
    private static final String STRICT = "--strict";
    private static final String INSTEAD = "JSON, or @ and a file that holds it";

    private static final String HELP = """
            Usage: merlin-adapter check [check's options] [options] [--] command args…

            Will this program serve? Starts it as serving would, with the same options and variables, calls it as callers
            do, and prints what was seen and what to do. Nothing is served to others: the ports are free ones of 127.0.0.1.

              --request=JSON|@FILE      A request over HTTP that the program understands; may be given several times.
                                        Else that of --warmup, or request.json beside the program.
              --upi-request=JSON|@FILE  A PredictValuesRequest of UPI_V1 as JSON. Else upi-request.json, if it is there.
              --quick                   Leave out speed, and send smaller bodies.
              --strict                  A warning is a failure.
              --json                    One JSON document at the end, for machines.

            All options of serving are allowed, too: merlin-adapter --help prints them.

            Exit codes
              0   it will serve
              1   it will not, as it is
              2   wrong options; nothing was started
              130 stopped by a signal
            """;

    private final Map<String, String> env;
    private final Machine machine;
    private final LongSupplier clock;
    private final List<CheckSettings.Given> requests = new ArrayList<>();
    private final List<CheckSettings.Given> upiRequests = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private boolean json;
    private boolean quick;
    private boolean strict;
    private boolean help;

    CheckCommand(Map<String, String> env, Machine machine, LongSupplier clock) {
        this.env = env;
        this.machine = machine;
        this.clock = clock;
    }

    /** Checks, and says what it has found; the exit code. */
    int run(List<String> args) {
        PrintStream out = stream(FileDescriptor.out);
        List<String> serving = OwnWords.takenFrom(args, this::isOwn);
        if (help) {
            out.print(HELP);
            out.flush();
            return Check.FITS;
        }
        Outcome asServed = Configuration.resolve(serving, env, machine);
        if (asServed instanceof Outcome.Exit exit) {
            return print(exit, out);
        }
        if (!faults.isEmpty()) {
            return print(new Outcome.Exit(ExitCode.USAGE, String.join("\n", faults) + "\n", true, null), out);
        }
        Resolved resolved = ((Outcome.Run) asServed).resolved();
        Outcome here = Configuration.resolve(serving, env, machine, instead(resolved.config()));
        if (here instanceof Outcome.Exit exit) {
            return print(exit, out);
        }
        Config config = ((Outcome.Run) here).resolved().config();
        String searchPath = env.getOrDefault("PATH", "");
        ProgramInspection program = ProgramInspection.here(searchPath);
        String fault = program.fault(config.command());
        List<String> warnings = new ArrayList<>(program.warnings());
        warnings.addAll(resolved.warnings());
        CheckSettings settings = new CheckSettings(
                config,
                resolved.childEnvironment(),
                searchPath,
                ResolvedTable.program(config),
                List.copyOf(requests),
                List.copyOf(upiRequests),
                resolved.notices(),
                List.copyOf(warnings),
                fault,
                quick,
                strict);
        boolean terminal = Terminal.isTerminal();
        boolean colours = terminal
                && env.getOrDefault("NO_COLOR", "").isEmpty()
                && !env.getOrDefault("TERM", "").equals("dumb");
        return Check.run(settings, new CheckSettings.Output(json, Terminal.width(env), colours, terminal), out, clock);
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
    }

    private static int print(Outcome.Exit exit, PrintStream out) {
        PrintStream stream = exit.toStderr() ? stream(FileDescriptor.err) : out;
        stream.print(exit.toStderr() ? Texts.printableLines(exit.text()) : exit.text());
        stream.flush();
        return exit.code() == ExitCode.OK ? Check.FITS : Check.USAGE;
    }

    /** What would reach others, or disturb them, or hide what is to be seen. */
    private static Map<Option<?>, String> instead(Config config) {
        Map<Option<?>, String> instead = new HashMap<>();
        instead.put(Options.HOST, "127.0.0.1");
        instead.put(Options.HTTP_PORT, "0");
        instead.put(Options.GRPC_PORT, "0");
        instead.put(Options.DRAIN_DELAY, "0");
        instead.put(Options.PUSHGATEWAY_ENABLED, "false");
        instead.put(Options.TERMINATION_LOG, "/dev/null");
        if (config.resolved(Options.GIVE_UP_AFTER).given().source() == Given.Source.DEFAULT) {
            instead.put(Options.GIVE_UP_AFTER, "2");
        }
        return instead;
    }

    /** Takes in a word that is this command's own. */
    private boolean isOwn(String word) {
        if (word.startsWith(REQUEST + "=")) {
            add(requests, REQUEST, word.substring(REQUEST.length() + 1));
        } else if (word.startsWith(UPI_REQUEST + "=")) {
            add(upiRequests, UPI_REQUEST, word.substring(UPI_REQUEST.length() + 1));
        } else if (word.equals(REQUEST) || word.equals(UPI_REQUEST)) {
            faults.add(word + " has no value; expected " + word + "=@sample.json");
        } else {
            switch (word) {
                case JSON -> json = true;
                case QUICK -> quick = true;
                case STRICT -> strict = true;
                case "-h", "--help" -> help = true;
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    private void add(List<CheckSettings.Given> samples, String option, String text) {
        byte[] content = text.startsWith("@") ? file(option, text.substring(1)) : text.getBytes(StandardCharsets.UTF_8);
        if (content == null) {
            return;
        }
        String fault = fault(content);
        if (fault != null) {
            faults.add(
                    option + " is " + SafeText.quote(text) + ", which " + fault + "; expected one value of " + INSTEAD);
            return;
        }
        String name = text.startsWith("@")
                ? text.substring(1)
                : samples.isEmpty() ? option : option + " " + (samples.size() + 1);
        samples.add(new CheckSettings.Given(name, Buffer.buffer(content)));
    }

    private byte @Nullable [] file(String option, String name) {
        try {
            return Files.readAllBytes(Path.of(name));
        } catch (IOException | InvalidPathException unreadable) {
            faults.add(option + " is " + SafeText.quote("@" + name) + ", which can't be read (" + unreadable
                    + "); expected " + INSTEAD);
            return null;
        }
    }

    private static @Nullable String fault(byte[] json) {
        JsonScanner scanner = JsonScanner.strict(json, 0, json.length);
        try {
            if (scanner.isAtEnd()) {
                return "is empty";
            }
            scanner.next();
            scanner.skipValue();
            return scanner.isAtEnd() ? null : "holds more than one JSON value";
        } catch (JsonException e) {
            return "is not JSON (" + e.reason() + ")";
        }
    }
}
