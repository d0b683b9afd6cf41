package io.merlinadapter.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One process as /proc/PID/stat had it.
 *
 * @param startedAt in clock ticks since the boot; tells a process from an earlier one with its number
 * @param ownTicks clock ticks it has computed
 * @param inheritedTicks those of its children that have ended and been waited for, and of theirs
 * @param residentPages pages of memory it holds, those that it shares with others included
 */
record ProcessFigures(long pid, long session, long startedAt, long ownTicks, long inheritedTicks, long residentPages) {
    /** In /proc/PID/stat, counted from the state, which follows the name. */
    private static final int SESSION = 3;

    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int CHILDREN_USER_TIME = 13;
    private static final int CHILDREN_SYSTEM_TIME = 14;
    private static final int START_TIME = 19;
    private static final int RESIDENT = 21;

    /** How things stand with a process; null if there is none with this number. */
    static @Nullable ProcessFigures of(long pid) {
        return read(Path.of("/proc", Long.toString(pid)));
    }

    /** As {@link #of}, of the process that this folder is about. */
    static @Nullable ProcessFigures read(Path process) {
        try {
            byte[] stat = Files.readAllBytes(process.resolve("stat"));
            return parse(
                    Long.parseLong(process.getFileName().toString()), new String(stat, StandardCharsets.ISO_8859_1));
        } catch (IOException | RuntimeException e) {
            // It has ended meanwhile.
            return null;
        }
    }

    private static ProcessFigures parse(long pid, String stat) {
        // After the name, which may hold anything, in parentheses.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", RESIDENT + 2);
        return new ProcessFigures(
                pid,
                Long.parseLong(fields[SESSION]),
                Long.parseLong(fields[START_TIME]),
                Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME]),
                Long.parseLong(fields[CHILDREN_USER_TIME]) + Long.parseLong(fields[CHILDREN_SYSTEM_TIME]),
                Long.parseLong(fields[RESIDENT]));
    }

    long allTicks() {
        return ownTicks + inheritedTicks;
    }

    boolean isSameProcessAs(ProcessFigures other) {
        return pid == other.pid && startedAt == other.startedAt;
    }

    long residentBytes() {
        return residentPages * KernelUnits.PAGE;
    }

    /** How many files it has open; 0 where that can't be seen. */
    long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            return files.count();
        } catch (IOException | UncheckedIOException e) {
            // It has ended meanwhile, or is another user's.
            return 0;
        }
    }
}
