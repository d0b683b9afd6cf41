package io.merlinadapter.os;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A running operating-system process, in a session of its own where the system's tools allow it. */
final class ChildProcess implements Child {
    private static final char ENDED = 'X';
    private static final char UNKNOWN = '?';

    private final Process process;
    private final boolean ownSession;
    private final UsageMeter usage = new UsageMeter();

    ChildProcess(Process process, boolean ownSession) {
        this.process = process;
        this.ownSession = ownSession;
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    @Override
    public String condition() {
        return switch (stateLetter()) {
            case 'T', 't' -> "it is stopped (SIGSTOP)";
            case 'D' -> "it is alive but waits in the kernel (for a disk or a network file system?)";
            case 'R' -> "it is alive and computing";
            case ENDED -> "it has ended";
            default -> "it is alive but waits for something";
        };
    }

    @Override
    public boolean hasEnded() {
        return stateLetter() == ENDED;
    }

    private char stateLetter() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            // After the name, which may hold anything, in parentheses.
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'Z' ? ENDED : state;
        } catch (IOException | IndexOutOfBoundsException e) {
            return process.isAlive() ? UNKNOWN : ENDED;
        }
    }

    @Override
    public long residentBytes() {
        return group(ProcessTable.read()).stream()
                .mapToLong(ProcessFigures::residentBytes)
                .sum();
    }

    @Override
    public Usage usageSince(ProcessTable table) {
        return usage.read(group(table));
    }

    /** The child and what it has started, as far as that can be told from others; {@code table} says how they were. */
    private List<ProcessFigures> group(ProcessTable table) {
        return ownSession
                ? table.session(pid())
                : Stream.ofNullable(ProcessFigures.of(pid())).toList();
    }

    /** Whether the child leads a process group, so that its descendants can be signalled with it. */
    boolean ownSession() {
        return ownSession;
    }

    Process process() {
        return process;
    }
}
