package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What the kernel tells about processes, and signals to them. */
public final class Processes {
    /** The environment variable that tells whose descendant a process is. */
    public static final String MARK = "SUPERVISED_BY_TEST";

    private static final Path PROC = Path.of("/proc");

    private Processes() {}

    /** Sends a signal, named without SIG. */
    public static void signal(long pid, String name) {
        try {
            new ProcessBuilder("sh", "-c", "kill -s \"$0\" \"$1\"", name, Long.toString(pid))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends a server that a test has started: by SIGTERM, or by force if that takes too long. */
    static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The most memory that a process ever had, in KiB; 0 if it is no more. */
    public static long peakMemoryKib(long pid) {
        return status(pid, "VmHWM:");
    }

    /** Has {@link #peakMemoryKib} count from now on. */
    public static void forgetPeakMemory(long pid) {
        try {
            Files.writeString(PROC.resolve(pid + "/clear_refs"), "5");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long status(long pid, String key) {
        return read(PROC.resolve(pid + "/status"))
                .lines()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** The number that a process has in the innermost namespace it is in; 0 if it is no more. */
    public static long numberInside(long pid) {
        return read(PROC.resolve(pid + "/status"))
                .lines()
                .filter(line -> line.startsWith("NSpid:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*\\s", "")))
                .sum();
    }

    /** The children of a process that lead sessions of their own, as programs do that an adapter has started. */
    public static List<Long> sessionsBelow(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .filter(Processes::leadsASession)
                .toList();
    }

    private static boolean leadsASession(long pid) {
        String stat = read(PROC.resolve(pid + "/stat"));
        // After the name in parentheses: state, parent, group, session.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ", 5);
        return fields.length > 4 && fields[3].equals(Long.toString(pid));
    }

    /** The command lines of all processes that run with this mark in their environment. */
    public static List<String> marked(String mark) {
        try (Stream<Path> all = Files.list(PROC)) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .filter(path -> read(path.resolve("environ")).contains(MARK + "=" + mark))
                    .map(path -> path + ": " + read(path.resolve("cmdline")).replace('\0', ' '))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A variable of the environment that a process was started with; empty without it, or if the process is no more. */
    public static String variable(long pid, String name) {
        return Stream.of(read(PROC.resolve(pid + "/environ")).split("\0", -1))
                .filter(variable -> variable.startsWith(name + "="))
                .map(variable -> variable.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    /** How many entries a folder of /proc/PID has, such as {@code fd} or {@code task}. */
    public static long entries(long pid, String folder) {
        try (Stream<Path> entries = Files.list(PROC.resolve(pid + "/" + folder))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The text of a file of /proc; empty if its process is no more. */
    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
