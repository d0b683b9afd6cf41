package io.merlinadapter.os;

import java.io.OutputStream;
import java.util.SortedSet;
import java.util.function.Supplier;

/** A running child. One implementation is a process of the operating system; the tests have one in memory. Any thread. */
public interface Child {
    /** The number of its process. */
    long pid();

    /** The child's stdin. Writing and closing may block for as long as the child does not read. */
    OutputStream stdin();

    /**
     * The state of its process now, as the end of a sentence about it: {@code it is alive and computing}. A process that has
     * ended and was not yet reaped (a zombie) counts as ended. Reads a small file.
     */
    String condition();

    /** Returns true if its process computes now, or waits for a disk. Reads a small file. */
    boolean isWorking();

    /** Returns true if it has ended, reaped or not. Reads a small file. */
    boolean hasEnded();

    /** Memory of the child and of what it has started, in bytes. Blocks for a moment. */
    long residentBytes();

    /** How long the child and what it has started have computed since their start, in nanoseconds. Blocks for a moment. */
    long cpuNanos();

    /**
     * What the child and what it has started use; the computing time is what was added since the call before this one, or
     * since the start. Blocks for a moment; one thread at a time.
     *
     * @param table the processes as they were just now
     */
    Usage usageSince(ProcessTable table);

    /** The TCP ports on which the child and what it has started listen, as far as that can be seen. Blocks for a moment. */
    SortedSet<Integer> ports();

    /**
     * What the child and what it has started do now. Blocks for a moment.
     *
     * @param table gives the processes as they were just now; not asked where the child alone tells enough
     */
    Activity activity(Supplier<ProcessTable> table);

    /**
     * What a child and all that it has started use.
     *
     * @param cpuNanos how long they have computed since the last look; never negative
     * @param residentBytes memory they hold; what they share counts for each of them
     * @param openFiles files, sockets and pipes they have open
     */
    record Usage(long cpuNanos, long residentBytes, long openFiles) {}
}
