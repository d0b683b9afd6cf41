package io.merlinadapter.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process: takes arguments and environment from the system, and gives an exit code back. */
public final class Main {

    private Main() {}

    public static void main(String[] args) {
        Outcome outcome = Configuration.resolve(
                List.of(args), System.getenv(), Runtime.getRuntime().maxMemory());
        ExitCode code = outcome instanceof Outcome.Run run
                ? run(run.resolved(), System.getenv().getOrDefault("PATH", ""))
                : print((Outcome.Exit) outcome);
        System.exit(code.code());
    }

    private static ExitCode print(Outcome.Exit exit) {
        // UTF-8 whatever the locale: containers rarely have one.
        FileDescriptor descriptor = exit.toStderr() ? FileDescriptor.err : FileDescriptor.out;
        PrintStream stream = new PrintStream(new FileOutputStream(descriptor), false, StandardCharsets.UTF_8);
        stream.print(exit.text());
        stream.flush();
        if (exit.terminationLog() != null) {
            TerminationLog.write(exit.terminationLog(), exit.text(), List.of());
        }
        return exit.code();
    }

    private static ExitCode run(Resolved resolved, String searchPath) {
        Logging logging = Logging.start(resolved.settings().logs(), new FileOutputStream(FileDescriptor.err));
        try {
            Logger LOG = LoggerFactory.getLogger(Main.class);
            LOG.info("{}", ResolvedTable.render(resolved));
            resolved.notices().forEach(LOG::info);
            resolved.warnings().forEach(LOG::warn);
            return new AdapterRun(resolved, searchPath).run();
        } finally {
            logging.close();
        }
    }
}
