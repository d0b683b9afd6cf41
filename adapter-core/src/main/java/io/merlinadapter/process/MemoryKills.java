package io.merlinadapter.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a child that the kernel killed for memory from one that somebody killed: both look like SIGKILL, but the control
 * group counts its memory kills ({@code oom_kill} in {@code memory.events} of version 2, in {@code memory.oom_control} of
 * version 1). Where no group says so, nothing is claimed. Any thread.
 */
final class MemoryKills {
    private static final Logger log = LoggerFactory.getLogger(MemoryKills.class);
    private static final String COUNTER = "oom_kill ";
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final List<Path> counters;
    private final AtomicLong seen;

    private MemoryKills(List<Path> counters) {
        this.counters = counters;
        this.seen = new AtomicLong(count());
    }

    /** Those of the group that this process is in. */
    static MemoryKills ofThisGroup() {
        List<Path> counters = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
                counters.addAll(candidates(line));
            }
        } catch (IOException | RuntimeException e) {
            log.debug("no control group is known", e);
        }
        return new MemoryKills(
                counters.stream().filter(Files::isReadable).limit(1).toList());
    }

    /** A container sees its own group as the root of the tree, whatever path its membership shows. */
    private static List<Path> candidates(String membership) {
        String[] fields = membership.split(":", 3);
        if (fields.length == 3 && List.of(fields[1].split(",", -1)).contains("memory")) {
            Path tree = ROOT.resolve("memory");
            return List.of(
                    tree.resolve(below(fields[2])).resolve("memory.oom_control"), tree.resolve("memory.oom_control"));
        }
        if (fields.length == 3 && fields[1].isEmpty()) {
            return List.of(ROOT.resolve(below(fields[2])).resolve("memory.events"), ROOT.resolve("memory.events"));
        }
        return List.of();
    }

    private static String below(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }

    /** Whether the kernel has killed for memory once more than this was answered with yes. */
    boolean another() {
        long now = count();
        return seen.getAndUpdate(before -> Math.min(now, before + 1)) < now;
    }

    private long count() {
        try {
            for (Path counter : counters) {
                for (String line : Files.readAllLines(counter)) {
                    if (line.startsWith(COUNTER)) {
                        return Long.parseLong(line.substring(COUNTER.length()).trim());
                    }
                }
            }
        } catch (IOException | NumberFormatException e) {
            log.debug("the control group's memory kills can't be read", e);
        }
        return 0;
    }
}
