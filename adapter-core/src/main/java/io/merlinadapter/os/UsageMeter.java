package io.merlinadapter.os;

import java.util.List;

/**
 * Measures what one child and its descendants use. One thread at a time.
 *
 * <p>The computing time never goes back: the kernel hands the time of a process that ends on to the parent that waits for
 * it, but drops it where nobody does (a daemon, or a parent that ignores SIGCHLD); what was seen of it is kept here then.
 * What a process computes between the last look at it and such an end is lost.
 */
final class UsageMeter {
    private List<ProcessTable.Entry> before = List.of();
    /** Of processes whose time no other has inherited. */
    private long lostTicks;

    private long shownTicks;

    /** What the processes of {@code group} use now; the computing time is what was added since the last call. */
    Child.Usage read(List<ProcessTable.Entry> group) {
        long bytes = 0;
        long files = 0;
        for (ProcessTable.Entry process : group) {
            bytes += process.residentBytes();
            files += process.openFiles();
        }
        long shownBefore = shownTicks;
        countTicks(group);
        long nanos = (shownTicks - shownBefore) * ProcessTable.KernelUnits.TICK_NANOS;
        return new Child.Usage(nanos, bytes, files);
    }

    private void countTicks(List<ProcessTable.Entry> now) {
        long inherited = 0;
        long all = 0;
        for (ProcessTable.Entry process : now) {
            all += process.allTicks();
            inherited += process.inheritedTicks() - inheritedBefore(process);
        }
        long gone = before.stream()
                .filter(process -> now.stream().noneMatch(process::isSameProcessAs))
                .mapToLong(ProcessTable.Entry::allTicks)
                .sum();
        lostTicks += Math.max(0, gone - inherited);
        before = List.copyOf(now);
        shownTicks = Math.max(shownTicks, lostTicks + all);
    }

    private long inheritedBefore(ProcessTable.Entry process) {
        for (ProcessTable.Entry other : before) {
            if (other.isSameProcessAs(process)) {
                return other.inheritedTicks();
            }
        }
        return 0;
    }
}
