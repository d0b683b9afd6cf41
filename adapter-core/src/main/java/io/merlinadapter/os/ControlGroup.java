package io.merlinadapter.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of the control group that this process is in, with all its other processes: of the container, as a rule. Knows
 * both versions of control groups; says nothing where there is none. Reads files that are on no disk. Any thread.
 */
public final class ControlGroup {
    private static final Logger LOG = LoggerFactory.getLogger(ControlGroup.class);
    private static final Path TREE = Path.of("/sys/fs/cgroup");
    /** Version 1 writes a number near the largest one for no limit. */
    private static final long NO_LIMIT = 1L << 60;

    private final @Nullable Path folder;
    private final MemoryFiles files;
    private final AtomicLong attributed;

    /** The group whose files are in {@code folder}; null for none. */
    ControlGroup(@Nullable Path folder, MemoryFiles files) {
        this.folder = folder;
        this.files = files;
        this.attributed = new AtomicLong(memoryKills());
    }

    /** The group of this process. */
    public static ControlGroup ofThisProcess() {
        try {
            List<String> memberships = Files.readAllLines(Path.of("/proc/self/cgroup"));
            for (String membership : memberships) {
                String[] fields = membership.split(":", 3);
                if (fields.length == 3 && List.of(fields[1].split(",", -1)).contains("memory")) {
                    return of(TREE.resolve("memory"), fields[2], MemoryFiles.VERSION_1);
                }
            }
            for (String membership : memberships) {
                if (membership.startsWith("0::")) {
                    return of(TREE, membership.substring(3), MemoryFiles.VERSION_2);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("no control group is known", e);
        }
        return new ControlGroup(null, MemoryFiles.VERSION_2);
    }

    /** A container sees its own group as the root of the tree, whatever path its membership shows. */
    private static ControlGroup of(Path tree, String path, MemoryFiles files) {
        Path folder = tree.resolve(path.startsWith("/") ? path.substring(1) : path);
        for (Path candidate : List.of(folder, tree)) {
            if (Files.isReadable(candidate.resolve(files.kills()))) {
                return new ControlGroup(candidate, files);
            }
        }
        return new ControlGroup(null, files);
    }

    /** How often the kernel has killed in this group because memory ran out; 0 where that is not known. */
    long memoryKills() {
        return entry(files.kills(), "oom_kill ").orElse(0);
    }

    /**
     * Attributes one memory kill to a child that got SIGKILL. That signal looks the same whoever sends it, but the group
     * counts the kernel's. Returns true if the kernel has killed once more than was attributed, and since a child was
     * started; false where no group says so.
     *
     * @param before {@link #memoryKills()} when the child was started
     */
    boolean attributeKill(long before) {
        long now = memoryKills();
        return before < now && attributed.getAndUpdate(seen -> Math.min(now, Math.max(seen, before) + 1)) < now;
    }

    /** Bytes that may still be taken, counting as free what the kernel can take back; nothing where there is no limit. */
    OptionalLong room() {
        OptionalLong limit = limit();
        OptionalLong used = used();
        return limit.isEmpty() || used.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(limit.getAsLong() - used.getAsLong());
    }

    /** Bytes that all its processes together may hold; nothing where there is no limit. */
    public OptionalLong limit() {
        OptionalLong limit = number(files.limit());
        return limit.isPresent() && limit.getAsLong() < NO_LIMIT ? limit : OptionalLong.empty();
    }

    /** Bytes that they hold, without what the kernel can take back; at the limit it kills one of them. */
    public OptionalLong used() {
        OptionalLong usage = number(files.usage());
        if (usage.isEmpty()) {
            return usage;
        }
        long cache = entry("memory.stat", files.cache()).orElse(0);
        return OptionalLong.of(Math.max(0, usage.getAsLong() - cache));
    }

    /**
     * True if the kernel ends all processes of the group together when they reach its limit, this one included, instead of
     * the one that holds most. Kubernetes wants it so, from 1.28 on.
     */
    public boolean endsAsOne() {
        return !files.endsAsOne().isEmpty()
                && limit().isPresent()
                && number(files.endsAsOne()).orElse(0) == 1;
    }

    /** To look at how much is left, often; null where there is no limit. */
    @Nullable
    ContainerRoom openRoom() throws IOException {
        return folder == null || limit().isEmpty() ? null : new ContainerRoom(folder, files, Path.of("/proc"));
    }

    private OptionalLong entry(String file, String key) {
        return lines(file).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> parse(line.substring(key.length())))
                .findFirst();
    }

    private OptionalLong number(String file) {
        return lines(file).stream().mapToLong(ControlGroup::parse).findFirst();
    }

    /** Version 2 writes {@code max} for no limit. */
    private static long parse(String text) {
        try {
            return Long.parseLong(text.trim());
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private List<String> lines(String file) {
        try {
            return folder == null ? List.of() : Files.readAllLines(folder.resolve(file));
        } catch (IOException e) {
            LOG.debug("{} can't be read", file, e);
            return List.of();
        }
    }
}
