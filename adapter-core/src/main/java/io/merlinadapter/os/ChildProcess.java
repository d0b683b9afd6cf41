package io.merlinadapter.os;

import java.io.OutputStream;
import java.util.List;
import java.util.SortedSet;
import java.util.stream.Stream;

/** A process of the operating system, in a session of its own where the system's tools allow it. */
final class ChildProcess implements Child {
    private static final char ENDED = 'X';
    private static final char ZOMBIE = 'Z';
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
    public boolean isWorking() {
        char state = stateLetter();
        return state == 'R' || state == 'D';
    }

    @Override
    public boolean hasEnded() {
        return stateLetter() == ENDED;
    }

    private char stateLetter() {
        ProcessTable.Entry now = ProcessTable.entry(pid());
        if (now == null) {
            return process.isAlive() ? UNKNOWN : ENDED;
        }
        return now.state() == ZOMBIE ? ENDED : now.state();
    }

    @Override
    public long residentBytes() {
        return group(ProcessTable.read()).stream()
                .mapToLong(ProcessTable.Entry::residentBytes)
                .sum();
    }

    @Override
    public Usage usageSince(ProcessTable table) {
        return usage.read(group(table));
    }

    @Override
    public SortedSet<Integer> ports() {
        return ListeningPorts.of(group(ProcessTable.read()));
    }

    /** The child and what it has started, as far as that can be told from others. */
    private List<ProcessTable.Entry> group(ProcessTable table) {
        return ownSession
                ? table.session(pid())
                : Stream.ofNullable(ProcessTable.entry(pid())).toList();
    }

    /** Returns true if the child leads a process group, so that its descendants can be signalled with it. */
    boolean ownSession() {
        return ownSession;
    }

    Process process() {
        return process;
    }
}
