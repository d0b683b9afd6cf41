package io.merlinadapter.cli.config;

import io.merlinadapter.os.ControlGroup;
import io.merlinadapter.os.CpuLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this process may use.
 *
 * @param maxHeap bytes of the Java heap
 * @param maxFiles file descriptors, connections among them
 * @param endsAsOne whether the kernel ends this process with the program when the container's memory runs out
 * @param cpuLimit processors that the container may use, where it has a limit of its own; else 0
 */
public record Machine(long maxHeap, long maxFiles, boolean endsAsOne, int cpuLimit) {
    private static final Pattern OPEN_FILES = Pattern.compile("Max open files +(\\d+) ");
    private static final long USUAL_FILES = 1024;
    /** Jars, listeners, the log, and what starts and ends within a moment. */
    private static final int OWN_FILES = 64;
    /** Pipes or sockets, and what a restart has open of the one before. */
    private static final int FILES_PER_WORKER = 12;

    public static Machine ofThisProcess() {
        long files = USUAL_FILES;
        try {
            Matcher limit = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
            files = limit.find() ? Long.parseLong(limit.group(1)) : Long.MAX_VALUE;
        } catch (IOException | NumberFormatException e) {
            // Not Linux, or a number that is none: so many every system has.
        }
        return new Machine(
                Runtime.getRuntime().maxMemory(),
                files,
                ControlGroup.ofThisProcess().endsAsOne(),
                CpuLimit.ofThisContainer());
    }

    /** How many connections there are file descriptors for, with those set aside that the program needs. */
    long filesForConnections(int workers) {
        return Math.max(0, maxFiles - OWN_FILES - (long) FILES_PER_WORKER * workers);
    }
}
