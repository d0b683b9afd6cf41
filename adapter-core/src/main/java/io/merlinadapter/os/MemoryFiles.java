package io.merlinadapter.os;

/**
 * The names of the files of one version of control groups, and of what they say of memory.
 *
 * @param cache of pages of files that the kernel takes back first, in memory.stat
 * @param active of those in use, which it takes back, too
 * @param slab of what it holds itself and can give back; empty where that is not told
 * @param endsAsOne of what says whether the kernel ends all of the group or one process; empty where it always is one
 * @param swapLimit of what may be swapped, apart from the limit of memory; empty where there is no such limit
 */
record MemoryFiles(
        String kills,
        String limit,
        String usage,
        String cache,
        String active,
        String slab,
        String endsAsOne,
        String swapLimit,
        String swapUsage) {
    static final MemoryFiles VERSION_1 = new MemoryFiles(
            "memory.oom_control",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            "total_inactive_file ",
            "total_active_file ",
            "",
            "",
            "",
            "");
    static final MemoryFiles VERSION_2 = new MemoryFiles(
            "memory.events",
            "memory.max",
            "memory.current",
            "inactive_file ",
            "active_file ",
            "slab_reclaimable ",
            "memory.oom.group",
            "memory.swap.max",
            "memory.swap.current");
}
