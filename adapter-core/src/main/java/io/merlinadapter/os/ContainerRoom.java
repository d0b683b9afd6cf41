package io.merlinadapter.os;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How much memory is left to a control group before the kernel kills in it. What the kernel can take back counts as left:
 * pages of files, whether in use or not, and, where the group may swap, what there is room for there. Not so the pages of
 * this process's own code: without them it would be too slow to do anything about it. One thread at a time.
 */
final class ContainerRoom implements Closeable {
    private static final long KIB = 1024;

    private final MemoryFiles names;
    private final List<KernelFile> open = new ArrayList<>();
    private final KernelFile limit;
    private final KernelFile usage;
    private final KernelFile stat;
    private final KernelFile self;
    /** Null where nothing is swapped. */
    private final @Nullable KernelFile swapLimit;

    private final @Nullable KernelFile swapUsage;
    private final @Nullable KernelFile machine;
    /** The most pages of files that this process has had in memory. */
    private long ownPages;

    /**
     * The room of a group.
     *
     * @param folder of its files
     * @param proc where the kernel tells of this process, and of the memory of all the machine
     */
    ContainerRoom(Path folder, MemoryFiles names, Path proc) throws IOException {
        this.names = names;
        try {
            limit = open(folder.resolve(names.limit()));
            usage = open(folder.resolve(names.usage()));
            stat = open(folder.resolve("memory.stat"));
            self = open(proc.resolve("self/statm"));
            Path meminfo = proc.resolve("meminfo");
            boolean swaps = !names.swapLimit().isEmpty()
                    && Files.isReadable(folder.resolve(names.swapLimit()))
                    && Files.isReadable(meminfo);
            swapLimit = swaps ? open(folder.resolve(names.swapLimit())) : null;
            swapUsage = swaps ? open(folder.resolve(names.swapUsage())) : null;
            machine = swaps ? open(meminfo) : null;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private KernelFile open(Path path) throws IOException {
        KernelFile file = new KernelFile(path);
        open.add(file);
        return file;
    }

    /** Bytes that all processes together may hold now; {@link Long#MAX_VALUE} where there is no limit. */
    long limit() throws IOException {
        return limit.look().number(0).orElse(Long.MAX_VALUE);
    }

    /**
     * Bytes that are left.
     *
     * @param enough where more than so many are left, it may be said that fewer are than there are: that is cheaper to tell
     */
    long bytes(long enough) throws IOException {
        long left = limit() - usage.look().number(0).orElse(0);
        if (left <= enough) {
            stat.look();
            long files = stat.entry(names.cache()) + stat.entry(names.active()) - ownFiles();
            left += Math.max(0, files) + (names.slab().isEmpty() ? 0 : stat.entry(names.slab()));
        }
        return left <= enough ? left + swap() : left;
    }

    private long ownFiles() throws IOException {
        ownPages = Math.max(ownPages, self.look().number(2).orElse(0));
        return ownPages * ProcessTable.KernelUnits.PAGE;
    }

    private long swap() throws IOException {
        if (swapLimit == null || swapUsage == null || machine == null) {
            return 0;
        }
        long allowed = swapLimit.look().number(0).orElse(Long.MAX_VALUE)
                - swapUsage.look().number(0).orElse(0);
        return Math.max(0, Math.min(allowed, machine.look().entry("SwapFree:") * KIB));
    }

    @Override
    public void close() {
        open.forEach(KernelFile::close);
    }
}
