package io.merlinadapter.cli.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests that people keep beside their program, by the names of their files. */
public final class SampleFiles {
    private static final List<String> HTTP = List.of("request.json", "sample.json");
    private static final List<String> UPI = List.of("upi-request.json");

    private SampleFiles() {}

    /** A file that is there. */
    public record Found(String name, String json) {}

    /** A request over HTTP_JSON; null if there is none of at most so many bytes. */
    public static @Nullable Found http(List<String> command, int mostBytes) {
        return find(command, HTTP, mostBytes);
    }

    /** A request of UPI_V1, as JSON; null if there is none of at most so many bytes. */
    public static @Nullable Found upi(List<String> command, int mostBytes) {
        return find(command, UPI, mostBytes);
    }

    private static @Nullable Found find(List<String> command, List<String> names, int mostBytes) {
        for (Path folder : folders(command)) {
            for (String name : names) {
                Found found = read(folder.resolve(name), mostBytes);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** This one, and those of the files on the command line, but for the system's. */
    private static Set<Path> folders(List<String> command) {
        Set<Path> folders = new LinkedHashSet<>();
        folders.add(Path.of(""));
        for (String word : command) {
            try {
                Path path = Path.of(word);
                Path folder = path.getParent();
                boolean system = word.startsWith("/usr/") || word.startsWith("/bin/") || word.startsWith("/opt/");
                if (folder != null && !system && Files.isRegularFile(path)) {
                    folders.add(folder);
                }
            } catch (InvalidPathException noPath) {
                // An argument like any other.
            }
        }
        return folders;
    }

    private static @Nullable Found read(Path file, int mostBytes) {
        try {
            return Files.isRegularFile(file) && Files.size(file) <= mostBytes
                    ? new Found(file.toString(), Files.readString(file))
                    : null;
        } catch (IOException unreadable) {
            return null;
        }
    }
}
