package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Machine;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.log.Logging;
import io.merlinadapter.cli.log.TerminationLog;
import io.merlinadapter.cli.program.ProgramInspection;
import io.merlinadapter.cli.run.AdapterRun;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.run.ThreadGuard;
import io.merlinadapter.os.Shortage;
import io.merlinadapter.text.Texts;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: takes arguments and environment from the system, and gives an exit code back. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Map<String, String> env = new HashMap<>(System.getenv());
        env.computeIfPresent(Options.COMMAND_VARIABLE, GivenBytes::variable);
        if (args.length > 0 && args[0].equals(CheckCommand.NAME)) {
            List<String> words = GivenBytes.arguments(List.of(args));
            System.exit(new CheckCommand(env, Machine.ofThisProcess(), System::nanoTime)
                    .run(words.subList(1, words.size())));
        }
        DevCommand dev = null;
        if (args.length > 0 && args[0].equals(DevCommand.NAME)) {
            List<String> words = GivenBytes.arguments(List.of(args));
            dev = new DevCommand(words.subList(1, words.size()), env, Machine.ofThisProcess());
        }
        Outcome outcome = dev == null
                ? Configuration.resolve(GivenBytes.arguments(List.of(args)), env, Machine.ofThisProcess())
                : dev.resolve();
        ExitCode code = outcome instanceof Outcome.Run run
                ? run(run.resolved(), env.getOrDefault("PATH", ""), dev)
                : print((Outcome.Exit) outcome);
        System.exit(code.code());
    }

    private static ExitCode print(Outcome.Exit exit) {
        // UTF-8 whatever the locale: containers rarely have one.
        FileDescriptor descriptor = exit.toStderr() ? FileDescriptor.err : FileDescriptor.out;
        PrintStream stream = new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
        stream.print(exit.toStderr() ? Texts.printableLines(exit.text()) : exit.text());
        stream.flush();
        if (exit.terminationLog() != null) {
            TerminationLog.write(exit.terminationLog(), exit.text(), List.of());
        }
        return exit.code();
    }

    private static ExitCode run(Resolved resolved, String searchPath, @Nullable DevCommand dev) {
        String terminationLog = resolved.config().get(Options.TERMINATION_LOG);
        try {
            return logged(resolved, searchPath, terminationLog, dev);
        } catch (OutOfMemoryError e) {
            if (!Shortage.isThreads(e)) {
                throw e;
            }
            // Perhaps there is no thread that writes the log.
            String reason = ThreadGuard.reason("the adapter could not make a thread");
            print(new Outcome.Exit(ExitCode.MEMORY, reason + "\n", true, terminationLog));
            halt();
            return ExitCode.MEMORY;
        }
    }

    private static ExitCode logged(
            Resolved resolved, String searchPath, String terminationLog, @Nullable DevCommand dev) {
        Logging logging = Logging.start(logs(resolved.config()), new FileOutputStream(FileDescriptor.err));
        Logger LOG = LoggerFactory.getLogger(Main.class);
        ThreadGuard guard = new ThreadGuard(why -> {
            LOG.error("{}; exit code {}", why, ExitCode.MEMORY.code());
            TerminationLog.write(terminationLog, why, List.of());
            logging.close();
            halt();
        });
        try {
            ProgramInspection program = ProgramInspection.here(searchPath);
            String fault = program.fault(resolved.config().command());
            if (fault != null) {
                return refuse("the program " + fault, resolved, LOG);
            }
            LOG.atInfo()
                    .addKeyValue("configuration", ResolvedTable.members(resolved.config()))
                    .log(ResolvedTable.summary(resolved.config()));
            LOG.atDebug().log(() -> "all of the configuration:\n  "
                    + ResolvedTable.render(resolved.config()).replace("\n", "\n  "));
            program.warnings().forEach(LOG::warn);
            resolved.notices().forEach(LOG::info);
            resolved.warnings().forEach(LOG::warn);
            guard.start();
            if (dev != null) {
                return dev.run(resolved, searchPath, logging);
            }
            AdapterRun run = new AdapterRun(resolved.config(), resolved.childEnvironment(), searchPath);
            run.trace(resolved.traces());
            return run.run();
        } catch (OutOfMemoryError e) {
            guard.uncaughtException(Thread.currentThread(), e);
            throw e;
        } finally {
            logging.close();
        }
    }

    private static Logging.Settings logs(Config config) {
        return new Logging.Settings(
                config.get(Options.LOG_LEVEL), config.get(Options.LOG_FORMAT), config.get(Options.ACCESS_LOG));
    }

    /** What keeps the program from being started is all that is said: its reader has nothing to look for. */
    private static ExitCode refuse(String fault, Resolved resolved, Logger log) {
        String reason = resolved.putTogether() == null ? fault : fault + ". Note that " + resolved.putTogether();
        log.error("{}", reason);
        TerminationLog.write(resolved.config().get(Options.TERMINATION_LOG), reason, List.of());
        return ExitCode.PROGRAM;
    }

    /** An orderly exit may take a thread. The programs die with the thread that has started them. */
    private static void halt() {
        Runtime.getRuntime().halt(ExitCode.MEMORY.code());
    }
}
