package io.merlinadapter.cli.dev;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Tells what somebody has edited from what the program writes itself, such as its log or a cache: without that, a program that
 * writes when it starts would be replaced for ever. No edit is what this process, or any below it, has open for writing; and
 * what changes again and again with each new copy. Source code is given more time, as people save it often, and is taken back
 * when it changes at another time. One thread at a time.
 */
final class OwnWrites {
    private static final int OFTEN = 3;
    private static final int OFTEN_FOR_SOURCE = 6;
    private static final long MOST_COMPARED = 4 << 20;
    private static final Pattern SOURCE = Pattern.compile(
            "(?i).*\\.(?:pyi?|r|rmd|[cm]?[jt]sx?|go|sh|bash|jq|[ch]|cc|cpp|hpp|rs|java|kt|scala|rb|pl|lua|jl|php|sql|ini|cfg"
                    + "|conf|toml|ya?ml)|(?:.*/)?(?:Dockerfile|Makefile)");
    /** Numbers of processes, dates and random names: each copy has others. */
    private static final Pattern VARIES = Pattern.compile("[0-9a-fA-F-]{8,}|\\d+");
    /** The last two bits of what a file was opened with. */
    private static final Pattern FOR_READING = Pattern.compile("flags:\\s*\\d*[04]\\s*");

    private final List<Path> roots;
    private final Set<String> commandLine;
    private final Set<String> leftOut = new LinkedHashSet<>();
    /** How often each has changed since the last change that was not soon after a start. */
    private final Map<String, Integer> streaks = new HashMap<>();

    private final Map<String, Long> contents = new HashMap<>();
    private final Set<String> suspects = new LinkedHashSet<>();

    /**
     * Some changes.
     *
     * @param edits what somebody has changed
     * @param leaves what is left out from now on, and why
     * @param suspects what changes often, but may be an edit; said of each once
     * @param slowly whether all edits are of that kind
     */
    record Sifted(List<String> edits, Map<String, String> leaves, List<String> suspects, boolean slowly) {}

    OwnWrites(List<Path> roots, List<String> command) {
        this.roots = roots;
        this.commandLine = new LinkedHashSet<>();
        command.forEach(word -> {
            try {
                commandLine.add(Path.of(word).toAbsolutePath().normalize().toString());
            } catch (InvalidPathException noFile) {
                // An argument like any other.
            }
        });
    }

    /**
     * Sifts what has changed.
     *
     * @param soon whether a new copy has begun right before
     */
    Sifted sift(Collection<String> files, boolean soon) {
        if (!soon) {
            streaks.clear();
        }
        List<String> edits = new ArrayList<>();
        List<String> often = new ArrayList<>();
        Map<String, String> leaves = new HashMap<>();
        boolean slowly = true;
        for (String file : files) {
            String pattern = VARIES.matcher(file).replaceAll("*");
            Path path = path(file);
            boolean isProgram = path != null && commandLine.contains(path.toString());
            boolean isSource = isProgram || SOURCE.matcher(file).matches();
            if (leftOut.contains(pattern)) {
                if (soon || !isSource) {
                    continue;
                }
                leftOut.remove(pattern);
            }
            if (!isSource && path != null && isOpen(path)) {
                leaves.put(pattern, "it has it open");
                continue;
            }
            if (isUnchanged(file, path) && soon) {
                continue;
            }
            int streak = streaks.merge(pattern, 1, Integer::sum);
            int most = isSource ? OFTEN_FOR_SOURCE : OFTEN;
            if (streak >= most && !isProgram) {
                leaves.put(pattern, "it changed with each of " + most + " new copies in a row");
                continue;
            }
            edits.add(file);
            slowly &= streak >= OFTEN;
            if (streak >= OFTEN && suspects.add(pattern)) {
                often.add(file);
            }
        }
        leftOut.addAll(leaves.keySet());
        return new Sifted(edits, leaves, often, slowly && !edits.isEmpty());
    }

    /** The patterns of all that is left out. */
    List<String> leftOut() {
        return List.copyOf(leftOut);
    }

    /** Null if no root has it any more. */
    private @Nullable Path path(String file) {
        return roots.stream()
                .map(root -> root.resolve(file))
                .filter(Files::exists)
                .findFirst()
                .orElse(null);
    }

    /** True if its bytes are those of the last time. */
    private boolean isUnchanged(String file, @Nullable Path path) {
        Long now = path == null ? Long.valueOf(-1) : checksum(path);
        return now != null && now.equals(contents.put(file, now));
    }

    private static @Nullable Long checksum(Path path) {
        try {
            if (!Files.isRegularFile(path) || Files.size(path) > MOST_COMPARED) {
                return null;
            }
            byte[] bytes = Files.readAllBytes(path);
            CRC32 crc = new CRC32();
            crc.update(bytes);
            return crc.getValue() << 24 ^ bytes.length;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** Whether the program, or the adapter, whose log may go there, can write to it. */
    private static boolean isOpen(Path path) {
        ProcessHandle here = ProcessHandle.current();
        return Stream.concat(Stream.of(here), here.descendants()).anyMatch(process -> writes(process.pid(), path));
    }

    private static boolean writes(long pid, Path path) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            Path real = path.toRealPath();
            try (DirectoryStream<Path> open = Files.newDirectoryStream(process.resolve("fd"))) {
                for (Path number : open) {
                    if (Files.isSymbolicLink(number)
                            && Files.readSymbolicLink(number).equals(real)
                            && isForWriting(process.resolve("fdinfo").resolve(number.getFileName()))) {
                        return true;
                    }
                }
            }
        } catch (IOException gone) {
            // Nothing of it is open any more.
        }
        return false;
    }

    private static boolean isForWriting(Path info) throws IOException {
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("flags:"))
                .noneMatch(line -> FOR_READING.matcher(line).matches());
    }
}
