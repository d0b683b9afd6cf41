package io.merlinadapter.cli;

import io.merlinadapter.cli.config.Config;
import io.merlinadapter.cli.config.Given;
import io.merlinadapter.cli.config.Machine;
import io.merlinadapter.cli.config.Option;
import io.merlinadapter.cli.config.Options;
import io.merlinadapter.cli.dev.Dev;
import io.merlinadapter.cli.dev.DevSettings;
import io.merlinadapter.cli.log.Logging;
import io.merlinadapter.cli.run.ExitCode;
import io.merlinadapter.cli.text.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code merlin-adapter dev}: its own words on the command line, and other defaults for serving. Used once. */
final class DevCommand {
    /** The first word of the command line. */
    static final String NAME = "dev";

    private static final String WATCH = "--watch";
    private static final String NO_RELOAD = "--no-reload";

    private static final String HELP = """
            Usage: merlin-adapter dev [dev's options] [options] -- program args…

            Serves on localhost while you write the program. When a file of its folder changes, the program is replaced: the
            old copy serves until the new one is ready, and goes on if that does not start. A page at /dev sends requests,
            and shows answers, workers and what the program writes.

              --watch=FOLDER   A folder of the program, which is watched with all below; may be given several times. Else
                               that of the first file on the program's command line. What .gitignore names is ignored.
              --no-reload      Watch nothing; the page can restart the program.

            All options of serving are allowed, too: merlin-adapter --help prints them. Other defaults: --host=127.0.0.1,
            --openapi, --give-up-after=0, --drain-delay=0.
            """;

    /** What suits a developer better, where nothing else was asked for. */
    private static final Map<Option<?>, String> DEFAULTS = Map.of(
            Options.HOST, "127.0.0.1",
            Options.OPENAPI, "true",
            Options.GIVE_UP_AFTER, "0",
            Options.DRAIN_DELAY, "0",
            // The page has to stay.
            Options.UNREADY_GRACE, "24h",
            Options.BACK_OFF_MAX, "30s");

    private final Map<String, String> env;
    private final Machine machine;
    private final List<Path> folders = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private final List<String> serving;
    private boolean reloads = true;
    private boolean help;

    DevCommand(List<String> args, Map<String, String> env, Machine machine) {
        this.env = env;
        this.machine = machine;
        this.serving = OwnWords.takenFrom(args, this::isOwn);
    }

    /** What the words and the environment come to. */
    Outcome resolve() {
        if (help) {
            return new Outcome.Exit(ExitCode.OK, HELP, false, null);
        }
        Outcome asked = Configuration.resolve(serving, env, machine);
        if (asked instanceof Outcome.Exit) {
            return asked;
        }
        if (!faults.isEmpty()) {
            return new Outcome.Exit(ExitCode.USAGE, String.join("\n", faults) + "\n", true, null);
        }
        Config config = ((Outcome.Run) asked).resolved().config();
        Map<Option<?>, String> instead = new HashMap<>(DEFAULTS);
        instead.keySet().removeIf(option -> config.resolved(option).given().source() != Given.Source.DEFAULT);
        return Configuration.resolve(serving, env, machine, instead);
    }

    /** Serves until a signal comes or something fails for good. */
    ExitCode run(Resolved resolved, String searchPath, Logging logging) {
        Config config = resolved.config();
        if (reloads && folders.isEmpty()) {
            folders.add(folderOf(config.command()));
        }
        return Dev.run(
                new DevSettings(
                        config,
                        resolved.childEnvironment(),
                        searchPath,
                        ResolvedTable.program(config),
                        Version.number(),
                        List.copyOf(folders),
                        check()),
                logging);
    }

    /** That of the first word that is a file as it stands: of a script rather than of what interprets it. */
    private static Path folderOf(List<String> command) {
        Path here = Path.of("").toAbsolutePath().normalize();
        for (String word : command.subList(Math.min(1, command.size() - 1), command.size())) {
            Path folder = folderOf(word);
            // A program without arguments may be one of the system's.
            if (folder != null && (command.size() > 1 || folder.startsWith(here))) {
                return folder;
            }
        }
        Path own = folderOf(command.get(0));
        return own != null && own.startsWith(here) ? own : here;
    }

    private static @Nullable Path folderOf(String word) {
        try {
            Path file = Path.of(word).toAbsolutePath().normalize();
            return Files.isRegularFile(file) ? file.getParent() : null;
        } catch (InvalidPathException none) {
            return null;
        }
    }

    /** This very command, in another process. */
    private List<String> check() {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse(System.getProperty("java.home") + "/bin/java"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName(), "check", "--quick"));
        command.addAll(serving);
        return List.copyOf(command);
    }

    /** Takes in a word that is this command's own. */
    private boolean isOwn(String word) {
        if (word.startsWith(WATCH + "=")) {
            watch(word.substring(WATCH.length() + 1));
        } else if (word.equals(WATCH)) {
            faults.add(WATCH + " has no value; expected " + WATCH + "=FOLDER");
        } else {
            switch (word) {
                case NO_RELOAD -> reloads = false;
                case "-h", "--help" -> help = true;
                default -> {
                    return false;
                }
            }
        }
        return true;
    }

    private void watch(String folder) {
        try {
            Path real = Path.of(folder).toRealPath();
            if (Files.isDirectory(real)) {
                folders.add(real);
                return;
            }
        } catch (IOException | InvalidPathException missing) {
            // Said below.
        }
        faults.add(WATCH + " is " + SafeText.quote(folder)
                + ", which is no folder here; expected a folder of the program");
    }
}
