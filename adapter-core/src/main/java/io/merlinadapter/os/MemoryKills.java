package io.merlinadapter.os;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells a child that the kernel killed for memory from one that somebody killed: both look like SIGKILL, but the control
 * group counts its memory kills. Where no group says so, nothing is claimed. Any thread.
 */
final class MemoryKills {
    private final ControlGroup group;
    private final AtomicLong attributed;

    MemoryKills(ControlGroup group) {
        this.group = group;
        this.attributed = new AtomicLong(group.memoryKills());
    }

    /** How often the kernel has killed for memory so far. */
    long count() {
        return group.memoryKills();
    }

    /**
     * Whether the kernel has killed for memory once more than this was answered with yes, and since a child was started.
     *
     * @param before what was counted when the child was started
     */
    boolean another(long before) {
        long now = count();
        return attributed.getAndUpdate(seen -> Math.min(now, Math.max(seen, before) + 1)) < now && before < now;
    }
}
