package io.merlinadapter.process;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells a child that the kernel killed for memory from one that somebody killed: both look like SIGKILL, but the control
 * group counts its memory kills. Where no group says so, nothing is claimed. Any thread.
 */
final class MemoryKills {
    private final ControlGroup group;
    private final AtomicLong seen;

    MemoryKills(ControlGroup group) {
        this.group = group;
        this.seen = new AtomicLong(group.memoryKills());
    }

    /** Whether the kernel has killed for memory once more than this was answered with yes. */
    boolean another() {
        long now = group.memoryKills();
        return seen.getAndUpdate(before -> Math.min(now, before + 1)) < now;
    }
}
