package io.merlinadapter.cli;

import io.merlinadapter.os.Programs;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Says why a program can't be executed, and what to write instead. */
final class ProgramFault {

    private static final String INTERPRETER = ", or start it with its interpreter";

    private ProgramFault() {}

    /**
     * What is wrong with a program that {@link Programs#find} does not find.
     *
     * @param searchPath the value of PATH
     * @param folder where the adapter was started
     */
    static String describe(String program, String searchPath, Path folder) {
        String quoted = SafeText.quote(program);
        Path file = file(program, folder);
        boolean isPath = program.indexOf('/') >= 0;
        if (file != null && Files.isDirectory(file) && (isPath || !program.isBlank())) {
            return quoted + " is a folder; expected a program";
        }
        if (file != null && Files.exists(file)) {
            return isPath ? quoted + inTheWay(file, program) : quoted + besideThePath(file, program);
        }
        if (startsWithProgram(program, searchPath)) {
            return quoted + " is one word; remove the quotes";
        }
        return quoted + " was not found"
                + (isPath ? ": no such file" : " on the PATH (" + searchPath + ")" + hint(program));
    }

    private static @Nullable Path file(String program, Path folder) {
        try {
            return folder.resolve(program);
        } catch (InvalidPathException unmappable) {
            return null;
        }
    }

    private static String inTheWay(Path file, String program) {
        return Files.isRegularFile(file)
                ? " exists but is not executable; chmod +x " + program + INTERPRETER
                : " is not a file that can be executed";
    }

    /** The folder of the moment is searched by no shell, but by many people. */
    private static String besideThePath(Path file, String program) {
        String here = "./" + program;
        return " was not found on the PATH, but it is in this folder; write " + here
                + (Files.isExecutable(file) ? "" : " and chmod +x " + here + INTERPRETER);
    }

    private static boolean startsWithProgram(String program, String searchPath) {
        String[] words = program.trim().split("\\s+", 2);
        return words.length == 2 && Programs.find(words[0], searchPath).isPresent();
    }

    private static String hint(String program) {
        return switch (program) {
            case "help", "version" -> "; did you mean merlin-adapter --" + program + "?";
            default -> "";
        };
    }
}
