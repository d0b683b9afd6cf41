package io.merlinadapter.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory a child and its own children hold, as /proc tells it. Blocks for a moment; any thread. */
final class ResidentMemory {
    private static final String RESIDENT = "VmRSS:";
    /** In /proc/PID/stat, counted from the state, which follows the name. */
    private static final int SESSION = 3;

    private ResidentMemory() {}

    /** Bytes of all processes in the session that {@code leader} leads; of those alone that can be seen. */
    static long ofSession(long leader) {
        long kibibytes = 0;
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                kibibytes += isIn(process, leader) ? resident(process) : 0;
            }
        } catch (IOException e) {
            return 0;
        }
        return kibibytes * 1024;
    }

    /** Bytes of one process. */
    static long ofProcess(long pid) {
        return resident(Path.of("/proc", Long.toString(pid))) * 1024;
    }

    private static boolean isIn(Path process, long leader) {
        try {
            String stat = Files.readString(process.resolve("stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", SESSION + 2);
            return fields[SESSION].equals(Long.toString(leader));
        } catch (IOException | IndexOutOfBoundsException e) {
            // It has ended meanwhile.
            return false;
        }
    }

    private static long resident(Path process) {
        try {
            for (String line : Files.readAllLines(process.resolve("status"))) {
                if (line.startsWith(RESIDENT)) {
                    return Long.parseLong(
                            line.substring(RESIDENT.length()).replace("kB", "").trim());
                }
            }
        } catch (IOException | NumberFormatException e) {
            // It has ended meanwhile.
        }
        return 0;
    }
}
