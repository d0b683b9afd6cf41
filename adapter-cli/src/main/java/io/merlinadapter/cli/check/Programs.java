package io.merlinadapter.cli.check;

import io.merlinadapter.os.ProcessTable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The copies of the program that run, and what they and the adapter's threads on the way to them use. */
final class Programs {
    private static final Pattern STARTED = Pattern.compile("worker (\\d+): started as process (\\d+)");
    private static final Pattern ANY_THREAD = Pattern.compile(".*");
    /** The adapter's threads that an answer passes, by the fifteen letters that the kernel keeps of a name. */
    private static final Pattern ON_THE_WAY = Pattern.compile("vert\\.x-eventloo|worker-\\d+-.*");

    private Programs() {}

    /**
     * What has been used so far.
     *
     * @param cpuNanos of the programs
     * @param heldUpNanos for how long threads of a program, or on the way of an answer, could have computed, but others had
     *     the processor
     * @param bytes that the programs hold
     */
    record Use(long cpuNanos, long heldUpNanos, long bytes) {}

    static Use use(CapturedLog log) {
        ProcessTable table = ProcessTable.read();
        long cpu = 0;
        long heldUp = 0;
        long bytes = 0;
        for (long pid : processes(log)) {
            ProcessTable.Use session = table.useOfSession(pid);
            cpu += session.cpuNanos();
            bytes += session.residentBytes();
            heldUp += heldUp(pid, ANY_THREAD);
        }
        heldUp += heldUp(ProcessHandle.current().pid(), ON_THE_WAY);
        return new Use(cpu, heldUp, bytes);
    }

    /** The second number of each thread's schedstat; 0 where the kernel counts none. */
    private static long heldUp(long pid, Pattern names) {
        long nanos = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path thread : threads) {
                if (names.matcher(Files.readString(thread.resolve("comm")).strip())
                        .matches()) {
                    nanos += Long.parseLong(
                            Files.readString(thread.resolve("schedstat")).split(" ", 3)[1]);
                }
            }
        } catch (IOException | RuntimeException unknown) {
            // What was found so far has to do.
        }
        return nanos;
    }

    /** The process of each worker, as it is now. */
    private static Collection<Long> processes(CapturedLog log) {
        Map<String, Long> last = new LinkedHashMap<>();
        log.since(0).forEach(line -> {
            Matcher started = STARTED.matcher(line.message());
            if (started.matches()) {
                last.put(started.group(1), Long.parseLong(started.group(2)));
            }
        });
        return last.values();
    }
}
