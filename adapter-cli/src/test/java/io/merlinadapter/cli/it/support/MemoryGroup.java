package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A cgroup with a limit of memory, of version 1 or 2; to be closed when its processes have ended. */
public final class MemoryGroup implements AutoCloseable {
    private static final Path MOUNT = Path.of("/sys/fs/cgroup");

    private final Path folder;

    private MemoryGroup(Path folder) {
        this.folder = folder;
    }

    /** A new group; none where this user may not make one. */
    public static Optional<MemoryGroup> create(long bytes) throws IOException {
        boolean first = Files.isDirectory(MOUNT.resolve("memory"));
        Path parent = first ? MOUNT.resolve("memory") : MOUNT;
        Path folder =
                parent.resolve("merlin-adapter-test-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        try {
            Files.createDirectory(folder);
        } catch (IOException notAllowed) {
            return Optional.empty();
        }
        MemoryGroup group = new MemoryGroup(folder);
        try {
            Files.writeString(folder.resolve(first ? "memory.limit_in_bytes" : "memory.max"), Long.toString(bytes));
            return Optional.of(group);
        } catch (IOException notDelegated) {
            group.close();
            return Optional.empty();
        }
    }

    /** The words that have the command behind them run in this group, as the same process. */
    public List<String> prefix() {
        String procs = folder.resolve("cgroup.procs").toString();
        return List.of("sh", "-c", "echo $$ >\"$0\" && exec \"$@\"", procs);
    }

    @Override
    public void close() throws IOException {
        // Not a folder with files but a group: it can be removed though it is not empty.
        Files.delete(folder);
    }
}
