package io.merlinadapter.cli.program;

import io.merlinadapter.cli.text.SafeText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The script that an interpreter is given to read. */
final class ScriptArgument {

    private static final Map<String, String> BY_EXTENSION = Map.ofEntries(
            Map.entry("py", "python3"),
            Map.entry("pyc", "python3"),
            Map.entry("r", "Rscript"),
            Map.entry("js", "node"),
            Map.entry("mjs", "node"),
            Map.entry("cjs", "node"),
            Map.entry("ts", "tsx"),
            Map.entry("rb", "ruby"),
            Map.entry("pl", "perl"),
            Map.entry("php", "php"),
            Map.entry("lua", "lua"),
            Map.entry("jl", "julia"),
            Map.entry("jq", "jq -f"),
            Map.entry("awk", "awk -f"),
            Map.entry("tcl", "tclsh"),
            Map.entry("go", "go run"),
            Map.entry("sh", "sh"),
            Map.entry("bash", "bash"));

    private static final Set<String> SHELLS = Set.of("sh", "dash", "bash", "ash", "ksh", "zsh");

    private ScriptArgument() {}

    /** What reads a file of this name; null if that can't be told. */
    static @Nullable String interpreterOf(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 || name.indexOf('/', dot) >= 0
                ? null
                : BY_EXTENSION.get(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    /** Why the interpreter will not read the script as it is, as far as that is certain; null if it may. */
    static @Nullable String warning(List<String> command, Path folder) {
        String program = command.get(0).substring(command.get(0).lastIndexOf('/') + 1);
        if (command.size() < 2 || !isInterpreter(program)) {
            return null;
        }
        boolean unbuffered = command.size() > 2 && command.get(1).matches("-[uBEIOsS]+|--vanilla");
        String script = command.get(unbuffered ? 2 : 1);
        if (script.startsWith("-") || interpreterOf(script) == null) {
            return null;
        }
        try {
            Path file = folder.resolve(script);
            if (!Files.exists(file)) {
                return SafeText.quote(script) + ", which " + program + " is to read, does not exist"
                        + (file.isAbsolute() && Path.of(script).isAbsolute()
                                ? ""
                                : " in the folder " + folder.toAbsolutePath());
            }
            return SHELLS.contains(program) && endsAsOnWindows(file)
                    ? SafeText.quote(script) + " has lines that end as on Windows, in a carriage return, which "
                            + program + " does not understand; convert it with dos2unix"
                    : null;
        } catch (InvalidPathException | IOException e) {
            return null;
        }
    }

    private static boolean isInterpreter(String program) {
        String bare = program.replaceFirst("[0-9.]+$", "");
        return bare.equals("python")
                || SHELLS.contains(bare)
                || BY_EXTENSION.values().stream().anyMatch(known -> known.equals(program) && !known.contains(" "));
    }

    private static boolean endsAsOnWindows(Path file) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            char[] start = new char[256];
            int length = lines.read(start);
            return length > 0 && new String(start, 0, length).contains("\r\n");
        }
    }
}
