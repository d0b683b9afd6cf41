package io.merlinadapter.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The CPU limit of the container, in either version of control groups: who has used it up waits for the rest of a tenth of a second. */
public final class CpuLimit {
    private static final Path TREE = Path.of("/sys/fs/cgroup");

    private CpuLimit() {}

    /** Whole processors that it leaves this process, at least 1; 0 where there is no limit, or none to be seen. */
    public static int ofThisContainer() {
        return of(TREE);
    }

    /** The launcher looks at the same files: a container sees its own group as the root of the tree. */
    static int of(Path tree) {
        String[] both = text(tree.resolve("cpu.max")).split(" ", -1);
        int limit = both.length == 2 ? processors(both[0], both[1]) : 0;
        Path version1 = tree.resolve("cpu");
        return limit > 0
                ? limit
                : processors(text(version1.resolve("cpu.cfs_quota_us")), text(version1.resolve("cpu.cfs_period_us")));
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** No limit is {@code max}, or -1. */
    private static int processors(String quota, String period) {
        try {
            return Math.max(0, (int) Math.ceil((double) Long.parseLong(quota) / Long.parseLong(period)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
