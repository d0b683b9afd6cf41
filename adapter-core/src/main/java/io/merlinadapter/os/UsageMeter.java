package io.merlinadapter.os;

import java.util.List;

/** Measures what one child uses. For one thread at a time. */
public final class UsageMeter {
    private final Child child;
    private final CpuClock clock = new CpuClock();
    private long toldNanos;

    public UsageMeter(Child child) {
        this.child = child;
    }

    /** What the child used when {@code table} was read. Blocks for a moment. */
    public Usage read(ProcessTable table) {
        List<ProcessFigures> group = child.group(table);
        long bytes = 0;
        long files = 0;
        for (ProcessFigures process : group) {
            bytes += process.residentBytes();
            files += process.openFiles();
        }
        long nanos = clock.read(group);
        Usage usage = new Usage(nanos - toldNanos, bytes, files);
        toldNanos = nanos;
        return usage;
    }
}
