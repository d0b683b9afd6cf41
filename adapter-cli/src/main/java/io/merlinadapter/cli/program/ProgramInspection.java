package io.merlinadapter.cli.program;

import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.os.ForeignFormats;
import io.merlinadapter.os.ProgramFile;
import io.merlinadapter.os.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the program's file before it is started for the first time: what the kernel, a loader or a shell would say of it
 * is seldom what is wrong. Waits for the file system.
 */
public final class ProgramInspection {

    /** As many scripts as the kernel lets interpret each other. */
    private static final int DEEPEST = 4;

    /** What the JVM and what `uname -m` call a machine. */
    private static final Map<String, String> MACHINES = Map.of(
            "amd64", "x86_64",
            "x86", "i386",
            "arm", "arm",
            "aarch64", "aarch64",
            "ppc64le", "ppc64le",
            "s390x", "s390x",
            "riscv64", "riscv64",
            "loongarch64", "loongarch64");

    /** As Go and docker call them. */
    private static final Map<String, String> PLATFORMS = Map.of("x86_64", "amd64", "aarch64", "arm64", "i386", "386");

    /** Programs that machines run beside their own: all of these kernels can, some of the processors can't. */
    private static final Map<String, String> ALSO_RUNS = Map.of("x86_64", "i386", "aarch64", "arm", "ppc64", "ppc");

    /** How no shell script begins, but files that lack a first line, or were taken for a program, do. */
    private static final Pattern NO_SHELL =
            Pattern.compile("(import|from|package|using|def|const|require|library|func)\\b.*"
                    + "|(library|require|suppressPackageStartupMessages)\\(.*|[<{%].*|#include.*|//.*");

    private final String searchPath;
    private final Path folder;
    private final @Nullable String machine;
    private final ForeignFormats foreign;
    private final List<String> warnings = new ArrayList<>();

    /**
     * @param searchPath the value of PATH
     * @param folder where the adapter was started
     * @param jvmMachine as the system property os.arch has it
     */
    ProgramInspection(String searchPath, Path folder, String jvmMachine, ForeignFormats foreign) {
        this.searchPath = searchPath;
        this.folder = folder;
        this.machine = MACHINES.get(jvmMachine);
        this.foreign = foreign;
    }

    public static ProgramInspection here(String searchPath) {
        return new ProgramInspection(searchPath, Path.of(""), System.getProperty("os.arch", ""), ForeignFormats.here());
    }

    /** What may not be what the user means; complete after {@link #fault}. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** Why this command can't be started, as a sentence about its first word; null if nothing is known against it. */
    public @Nullable String fault(List<String> command) {
        String program = command.get(0);
        Optional<Path> found = Programs.find(program, searchPath);
        if (found.isEmpty()) {
            return ProgramFault.describe(command, searchPath, folder);
        }
        String name = SafeText.quote(program)
                + (program.indexOf('/') < 0
                        ? " (" + SafeText.shorten(found.get().toString(), 200) + ")"
                        : "");
        String fault = fault(name, found.get(), 0);
        if (fault == null) {
            String warning = ScriptArgument.warning(command, folder);
            if (warning != null) {
                warnings.add(warning);
            }
        }
        return fault;
    }

    private @Nullable String fault(String name, Path file, int depth) {
        ProgramFile seen;
        try {
            seen = ProgramFile.read(file);
        } catch (IOException unreadable) {
            // It can be executed for all that, unless it is a script.
            return null;
        }
        String fault = describe(name, file, seen, depth);
        return fault == null || foreign.handle(file) ? null : fault;
    }

    private @Nullable String describe(String name, Path file, ProgramFile seen, int depth) {
        if (seen instanceof ProgramFile.Elf elf) {
            return elf(name, elf);
        } else if (seen instanceof ProgramFile.Script script) {
            return script(name, file, script, depth);
        } else if (seen instanceof ProgramFile.Text text) {
            return text(name, file, text.start());
        } else if (seen instanceof ProgramFile.Data data) {
            return name + " is " + data.kind() + instead(file, data.kind());
        }
        return name + " is an empty file; expected a program";
    }

    private static String instead(Path file, String kind) {
        if (kind.contains("a zip")) {
            return "; start it with what reads it, such as java -jar " + file;
        }
        return kind.startsWith("a program for")
                ? "; build it for Linux"
                : kind.startsWith("text") ? "; save it as UTF-8" : "; expected a program for Linux, or a script";
    }

    private @Nullable String elf(String name, ProgramFile.Elf elf) {
        switch (elf.use()) {
            case OBJECT -> {
                return name + " is an object file of a compiler; link it to a program";
            }
            case LIBRARY -> {
                return name + " is a shared library; expected a program";
            }
            case CORE_DUMP -> {
                return name + " is a core dump; expected a program";
            }
            case CUT_OFF -> {
                return name + " is cut off: it ends before what its header tells of; copy it again";
            }
            case PROGRAM -> {
                if (machine != null
                        && !machine.equals(elf.machine())
                        && !elf.machine().equals(ALSO_RUNS.get(machine))) {
                    return name + " is a program for " + elf.machine() + ", this machine is " + machine
                            + buildFor(PLATFORMS.get(machine));
                }
                String loader = elf.loader();
                return loader == null || Files.exists(folder.resolve(loader)) ? null : noLoader(name, loader);
            }
        }
        return null;
    }

    private static String buildFor(@Nullable String platform) {
        return platform == null
                ? "; build it for this machine"
                : "; build it for linux/" + platform + " (GOARCH=" + platform + ", docker build --platform=linux/"
                        + platform + ")";
    }

    private static String noLoader(String name, String loader) {
        String needs = " needs the loader " + SafeText.shorten(loader, 200) + ", which is not here: ";
        if (loader.contains("ld-musl")) {
            return name + needs + "it was built for musl (Alpine); build it on a system with glibc such as this one, or"
                    + " without shared libraries";
        }
        return name
                + needs
                + (loader.contains("/ld-linux")
                        ? "it was built for another glibc than this system has, if it has one (Alpine has none); build it"
                                + " here, or without shared libraries (CGO_ENABLED=0 with Go)"
                        : "build it on a system like this one, or without shared libraries");
    }

    private @Nullable String script(String name, Path file, ProgramFile.Script script, int depth) {
        String interpreter = script.interpreter();
        String words = "#!" + interpreter + (script.argument().isEmpty() ? "" : " " + script.argument());
        String line = SafeText.quote(words.strip());
        if (interpreter.endsWith("\r") || interpreter.isEmpty()) {
            return name
                    + (interpreter.isEmpty()
                            ? " begins with #!, and no interpreter after it; write for example #!/usr/bin/env python3"
                            : windows(line));
        }
        Path program = path(interpreter);
        if (program == null || !Files.exists(program)) {
            return name + " begins with " + line + ", and there is no " + SafeText.quote(interpreter) + " here"
                    + elsewhere(interpreter, file);
        }
        if (Files.isDirectory(program) || !Files.isExecutable(program)) {
            return name + " begins with " + line + ", and " + SafeText.quote(interpreter) + " can't be executed";
        }
        if (program.endsWith("env") && !script.argument().isEmpty()) {
            String fault = env(name, line, script.argument(), file);
            if (fault != null) {
                return fault;
            }
        }
        if (script.argument().endsWith("\r")) {
            warnings.add("the program " + name + windows(line));
        }
        String fault =
                depth == DEEPEST ? null : fault("its interpreter " + SafeText.quote(interpreter), program, depth + 1);
        return fault == null ? null : name + " begins with " + line + ", and " + fault;
    }

    private static String windows(String line) {
        return " has lines that end as on Windows, in a carriage return, beginning with " + line
                + "; convert it with dos2unix, and keep Git from converting it back with \"* text eol=lf\" in .gitattributes";
    }

    private String elsewhere(String interpreter, Path file) {
        String word = interpreter.substring(interpreter.lastIndexOf('/') + 1);
        Optional<Path> found = Programs.find(word, searchPath);
        return found.isPresent()
                ? "; " + word + " is " + found.get() + ": write #!/usr/bin/env " + word + ", or start it with " + word
                        + " " + file
                : "; install it, or correct the line";
    }

    /** What env makes of its one argument, if that can be told. */
    private @Nullable String env(String name, String line, String argument, Path file) {
        boolean split = argument.startsWith("-S") || argument.startsWith("--split-string");
        String words = argument.replaceFirst("^(-S|--split-string)[= \t]*", "");
        String program = words.replaceFirst("(?s)[ \t].*", "");
        if (program.startsWith("-") || program.indexOf('=') >= 0 || program.isEmpty()) {
            return null;
        }
        if (program.endsWith("\r")) {
            return split && Programs.find(program.strip(), searchPath).isPresent() ? null : name + windows(line);
        }
        if (!split && !words.equals(program)) {
            return name + " begins with " + line + ", where all behind env is one word, with its blanks; write "
                    + SafeText.quote("#!/usr/bin/env -S " + words.strip());
        }
        if (Programs.find(program, searchPath).isPresent()) {
            return null;
        }
        return name + " begins with " + line + ", and " + SafeText.quote(program) + " is not on the PATH (" + searchPath
                + ")" + (program.equals("python") ? relative(file) : "; install it, or correct the line");
    }

    private String relative(Path file) {
        return Programs.find("python3", searchPath).isPresent()
                ? "; python3 is: write #!/usr/bin/env python3, or start it with python3 " + file
                : "; install it, or correct the line";
    }

    /** Programs without a first line of this kind are given to the shell, which many of them are not written for. */
    private @Nullable String text(String name, Path file, String start) {
        boolean marked = start.startsWith("\uFEFF");
        String rest = start.replaceFirst("^[\uFEFF\\s]+", "");
        if (rest.startsWith("#!")) {
            return name + " has its #! behind " + (marked ? "a byte order mark" : "an empty line or a blank")
                    + ", where the kernel does not see it; save it "
                    + (marked ? "as UTF-8 without BOM" : "with #! as its first two characters");
        }
        String interpreter = ScriptArgument.interpreterOf(file.toString());
        if (interpreter != null && !interpreter.equals("sh")) {
            return name + " has no #! line; start it with its interpreter: " + interpreter + " " + file;
        }
        String line = rest.lines()
                .filter(text -> !text.isBlank() && !text.matches("#(?!include).*"))
                .findFirst()
                .orElse("");
        if (line.startsWith("version https://git-lfs")) {
            return name + " is a pointer of Git LFS, not the file itself; fetch that with git lfs pull";
        }
        if (NO_SHELL.matcher(line).matches()) {
            return name + " has no #! line and is no shell script, its first line is " + SafeText.quote(line)
                    + "; start it with its interpreter";
        }
        warnings.add("the program " + name
                + " has no #! line, so /bin/sh reads it; if that is not its language, start it with"
                + " its interpreter");
        return null;
    }

    private @Nullable Path path(String name) {
        try {
            return folder.resolve(name);
        } catch (InvalidPathException unmappable) {
            return null;
        }
    }
}
