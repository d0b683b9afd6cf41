package io.merlinadapter.os;

import java.util.List;

/** Measures what one child uses. For one thread at a time. */
final class UsageMeter {
    private final CpuClock clock = new CpuClock();
    private long toldNanos;

    /** What the processes of {@code group} use now. Blocks for a moment. */
    Usage read(List<ProcessFigures> group) {
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
