package io.merlinadapter.cli.program;

import io.merlinadapter.cli.text.SafeText;
import io.merlinadapter.os.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says why a program can't be executed, and what to write instead. */
final class ProgramFault {

    private static final String INTERPRETER = ", or start it with its interpreter";

    private static final String MADE = " and name the file that it makes";

    private ProgramFault() {}

    /**
     * What is wrong with a program that {@link Programs#find} does not find.
     *
     * @param command the program and its arguments
     * @param searchPath the value of PATH
     * @param folder where the adapter was started
     */
    static String describe(List<String> command, String searchPath, Path folder) {
        String program = command.get(0);
        String quoted = SafeText.quote(program);
        Path file = file(program, folder);
        boolean isPath = program.indexOf('/') >= 0;
        if (file != null && Files.isDirectory(file) && (isPath || !program.isBlank())) {
            return quoted + " is a folder; expected a program";
        }
        if (file != null && Files.exists(file)) {
            return isPath ? quoted + inTheWay(file, program) : quoted + besideThePath(file, program);
        }
        String typed = asTyped(quoted, program, searchPath);
        if (typed != null) {
            return typed;
        }
        String shell = ShellSyntax.describe(program);
        if (shell != null) {
            return shell;
        }
        if (startsWithProgram(program, searchPath)) {
            return quoted + " is one word; remove the quotes";
        }
        if (program.startsWith("-")) {
            return quoted + " is no program; options of merlin-adapter come before --, the program comes after it";
        }
        return quoted + " was not found"
                + (isPath ? noFile(file) : " on the PATH (" + searchPath + ")" + hint(program, searchPath));
    }

    private static String noFile(@Nullable Path file) {
        if (file != null && Files.isSymbolicLink(file)) {
            return ": it is a link to " + target(file) + ", which does not exist";
        }
        // Neither there nor not there: a folder above it can't be looked into.
        return file == null || Files.notExists(file)
                ? ": no such file"
                : ": this user may not look into its folder; chmod a+x the folders above it, or run as another user";
    }

    private static String target(Path link) {
        try {
            return SafeText.quote(Files.readSymbolicLink(link).toString());
        } catch (IOException gone) {
            return "something";
        }
    }

    private static @Nullable Path file(String program, Path folder) {
        try {
            return folder.resolve(program);
        } catch (InvalidPathException unmappable) {
            return null;
        }
    }

    private static String inTheWay(Path file, String program) {
        if (!Files.isRegularFile(file)) {
            return " is not a file that can be executed";
        }
        boolean marked = isMarkedExecutable(file);
        String source = marked ? null : toBeBuilt(program);
        if (source != null) {
            return source;
        }
        return marked
                ? " is executable, but not for this user, or its file system forbids it (mounted with noexec)"
                        + INTERPRETER
                : " exists but is not executable; chmod +x " + program + INTERPRETER;
    }

    /** What to do with the source of a language that has to be built first; null for any other file. */
    private static @Nullable String toBeBuilt(String program) {
        int dot = program.lastIndexOf('.');
        String build = switch (dot < 0 ? "" : program.substring(dot + 1).toLowerCase(Locale.ROOT)) {
            case "go" -> "build it (go build) and name the file that it makes, or write: go run " + program;
            case "java" -> "build it (javac, or a jar for java -jar), or write: java " + program;
            case "rs" -> "build it (cargo build --release, or rustc)" + MADE;
            case "c", "cc", "cpp", "cxx" -> "build it (cc, make)" + MADE;
            case "cs", "fs", "kt", "scala", "swift", "hs", "zig", "nim" -> "build it" + MADE;
            default -> null;
        };
        return build == null ? null : " is source code, not a program; " + build;
    }

    private static boolean isMarkedExecutable(Path file) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(PosixFilePermission.OWNER_EXECUTE)
                    || permissions.contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** The folder of the moment is searched by no shell, but by many people. */
    private static String besideThePath(Path file, String program) {
        String here = "./" + program;
        String source = Files.isExecutable(file) ? null : toBeBuilt(here);
        if (source != null) {
            return source;
        }
        return " was not found on the PATH, but it is in this folder; write " + here
                + (Files.isExecutable(file) ? "" : " and chmod +x " + here + INTERPRETER);
    }

    /** What editors, manifests and word processors add to a word. */
    private static @Nullable String asTyped(String quoted, String program, String searchPath) {
        if (program.matches("[\u2010-\u2015\u2212].*")) {
            return quoted + " begins with a dash that is no hyphen; write the option with -- again";
        }
        String bare = program.replaceAll("^[\\s\u00A0'\"\u2018-\u201F]+|[\\s\u00A0'\"\u2018-\u201F]+$", "");
        if (bare.equals(program)
                || bare.isEmpty()
                || Programs.find(bare, searchPath).isEmpty()) {
            return null;
        }
        return program.strip().equals(bare)
                ? quoted + " has a blank or an end of line around it; remove it"
                : quoted + " has quotes around it, which only a shell takes away, and none is involved; remove them";
    }

    private static boolean startsWithProgram(String program, String searchPath) {
        String[] words = program.trim().split("\\s+", 2);
        return words.length == 2 && Programs.find(words[0], searchPath).isPresent();
    }

    private static String hint(String program, String searchPath) {
        return switch (program) {
            case "help", "version" -> "; did you mean merlin-adapter --" + program + "?";
            case "python" -> Programs.find("python3", searchPath).isPresent() ? "; python3 is there" : "";
            case "R" -> Programs.find("Rscript", searchPath).isPresent() ? "; Rscript is there" : "";
            default -> program.indexOf('\\') >= 0 ? "; folders are separated by / here" : "";
        };
    }
}
