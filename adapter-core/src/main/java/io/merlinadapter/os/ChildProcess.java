package io.merlinadapter.os;

import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A process of the operating system, in a session of its own where the system's tools allow it. */
final class ChildProcess implements Child {
    private static final char ENDED = 'X';
    private static final char ZOMBIE = 'Z';
    private static final char UNKNOWN = '?';

    private final Process process;
    private final boolean ownSession;
    private final UsageMeter usage = new UsageMeter();
    private final InputWatch inputWatch = InputWatch.ofThisMachine();
    /** The pipe to it; null if that could not be seen. */
    private final @Nullable String stdin;
    /** Why it was ended for want of memory; empty if it was not. */
    private volatile String outOfMemory = "";

    /** To be made as soon as the process runs: a program may give itself another stdin. */
    ChildProcess(Process process, boolean ownSession) {
        this.process = process;
        this.ownSession = ownSession;
        this.stdin = inputWatch.stdinOf(process.pid());
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
        return residentBytes(ProcessTable.read());
    }

    long residentBytes(ProcessTable table) {
        return processes(table).stream()
                .mapToLong(ProcessTable.Entry::residentBytes)
                .sum();
    }

    /**
     * Kills it and what it has started, the largest first, without the shell that signals go through: memory runs out.
     *
     * @param why as the end of a sentence
     */
    void endForMemory(ProcessTable table, String why) {
        outOfMemory = why;
        for (ProcessHandle one : handles(table)) {
            one.destroyForcibly();
        }
    }

    /** True if any of its processes runs. */
    boolean isAlive(ProcessTable table) {
        boolean alive = false;
        for (ProcessHandle one : handles(table)) {
            alive |= one.isAlive();
        }
        return alive;
    }

    /** Of its processes, the largest first. */
    private List<ProcessHandle> handles(ProcessTable table) {
        return processes(table).stream()
                .sorted(Comparator.comparingLong(ProcessTable.Entry::residentBytes)
                        .reversed())
                .flatMap(one -> ProcessHandle.of(one.pid()).stream())
                .toList();
    }

    boolean isOutOfMemory() {
        return !outOfMemory.isEmpty();
    }

    /** Why it was ended for want of memory; empty if it was not. */
    String outOfMemory() {
        return outOfMemory;
    }

    @Override
    public long cpuNanos() {
        return processes(ProcessTable.read()).stream()
                        .mapToLong(ProcessTable.Entry::allTicks)
                        .sum()
                * ProcessTable.KernelUnits.TICK_NANOS;
    }

    @Override
    public Usage usageSince(ProcessTable table) {
        return usage.read(processes(table));
    }

    @Override
    public Activity activity(Supplier<ProcessTable> table) {
        Activity.Doing doing = inputWatch.doing(pid(), stdin);
        if (doing == Activity.Doing.READS) {
            return new Activity(doing, 0, 0);
        }
        long ticks = 0;
        long bytes = 0;
        for (ProcessTable.Entry one : table.get().withDescendants(processes(table.get()))) {
            if (one.pid() != pid() && one.isAlive()) {
                doing = doing.or(inputWatch.doing(one.pid(), stdin));
            }
            ticks += one.allTicks();
            bytes += one.residentBytes();
        }
        // One that has ended waits for nothing, whoever has its number by now.
        boolean ended = hasEnded() || !process.isAlive();
        return new Activity(ended ? Activity.Doing.WORKS : doing, ticks * ProcessTable.KernelUnits.TICK_NANOS, bytes);
    }

    @Override
    public SortedSet<Integer> ports() {
        return ListeningPorts.of(processes(ProcessTable.read()));
    }

    /** The child and what it has started, as far as that can be told from others. */
    List<ProcessTable.Entry> processes(ProcessTable table) {
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
