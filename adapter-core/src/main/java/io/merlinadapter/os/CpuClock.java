package io.merlinadapter.os;

import java.util.List;

/**
 * How long a group of processes has computed, all in all. Never goes back: the kernel hands the time of a process that ends
 * on to the parent that waits for it, but drops it where nobody does (a daemon, or a parent that ignores SIGCHLD); what was
 * seen of it is kept here then. What a process does between the last look at it and such an end is lost.
 */
final class CpuClock {
    private List<ProcessFigures> before = List.of();
    /** Of processes whose time no other has inherited. */
    private long lostTicks;

    private long shown;

    /** The clock after a look at the group, in nanoseconds. */
    long read(List<ProcessFigures> now) {
        long inherited = 0;
        long all = 0;
        for (ProcessFigures process : now) {
            all += process.allTicks();
            inherited += process.inheritedTicks() - earlier(process);
        }
        long gone = before.stream()
                .filter(process -> now.stream().noneMatch(process::isSameProcessAs))
                .mapToLong(ProcessFigures::allTicks)
                .sum();
        lostTicks += Math.max(0, gone - inherited);
        before = List.copyOf(now);
        shown = Math.max(shown, lostTicks + all);
        return shown * KernelUnits.TICK_NANOS;
    }

    private long earlier(ProcessFigures process) {
        for (ProcessFigures other : before) {
            if (other.isSameProcessAs(process)) {
                return other.inheritedTicks();
            }
        }
        return 0;
    }
}
