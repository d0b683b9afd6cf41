package io.merlinadapter.os;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A running operating-system process, in a session of its own where the system's tools allow it. */
public final class Child {
    private static final char ENDED = 'X';
    private static final char UNKNOWN = '?';

    private final Process process;
    private final boolean ownSession;

    Child(Process process, boolean ownSession) {
        this.process = process;
        this.ownSession = ownSession;
    }

    public long pid() {
        return process.pid();
    }

    /** The child's stdin. Writing and closing may block for as long as the child does not read. */
    public OutputStream stdin() {
        return process.getOutputStream();
    }

    /**
     * What the kernel says of it at this moment, as the end of a sentence about it. A process that has ended and was not yet
     * reaped (a zombie) counts as ended.
     */
    public String condition() {
        return switch (stateLetter()) {
            case 'T', 't' -> "it is stopped (SIGSTOP)";
            case 'D' -> "it is alive but waits in the kernel (for a disk or a network file system?)";
            case 'R' -> "it is alive and computing";
            case ENDED -> "it has ended";
            default -> "it is alive but waits for something";
        };
    }

    /** Whether it has ended, reaped or not. */
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

    /** Memory of the child and of what it has started, in bytes. Blocks for a moment. */
    public long residentBytes() {
        return group(ProcessTable.read()).stream()
                .mapToLong(ProcessFigures::residentBytes)
                .sum();
    }

    /** The child and what it has started, as far as that can be told from others; {@code table} says how they were. */
    List<ProcessFigures> group(ProcessTable table) {
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
