package io.merlinadapter.os;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Finds programs as execvp would. */
public final class Programs {
    private Programs() {}

    /**
     * The file that {@code name} stands for.
     *
     * @param searchPath the value of PATH
     */
    public static Optional<Path> find(String name, String searchPath) {
        if (name.indexOf('/') >= 0) {
            return executable(name);
        }
        for (String folder : searchPath.split(File.pathSeparator, -1)) {
            Optional<Path> found = executable(folder.isEmpty() ? name : folder + "/" + name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> executable(String file) {
        try {
            Path path = Path.of(file);
            return Files.isRegularFile(path) && Files.isExecutable(path) ? Optional.of(path) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
