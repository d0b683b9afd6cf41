package io.merlinadapter.channel;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether a child has read all that was written to its stdin, by asking the kernel (FIONREAD, which is what
 * {@link FileInputStream#available()} does). Only a handle for writing is held, so that a dead child is still noticed by
 * a broken pipe. Where the handle can't be had the answer is always no, which costs speed and nothing else.
 */
final class PipeLevel {
    private static final Logger log = LoggerFactory.getLogger(PipeLevel.class);

    private @Nullable FileOutputStream handle;
    private @Nullable FileInputStream gauge;

    private PipeLevel() {}

    static PipeLevel ofStdin(long pid) {
        PipeLevel level = new PipeLevel();
        Path stdin = Path.of("/proc", Long.toString(pid), "fd", "0");
        try {
            if (isPipeOfOurs(Files.readSymbolicLink(stdin))) {
                FileOutputStream handle = new FileOutputStream(stdin.toFile());
                level.handle = handle;
                level.gauge = new FileInputStream(handle.getFD());
            }
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("no view of the pipe to process {}: every line goes through the writer's thread", pid, e);
        }
        return level;
    }

    /** The program may have given itself another stdin in the meantime; what we write to is open here as well. */
    private static boolean isPipeOfOurs(Path target) throws IOException {
        if (!target.toString().startsWith("pipe:")) {
            return false;
        }
        try (DirectoryStream<Path> ours = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path fd : ours) {
                if (Files.isSymbolicLink(fd) && target.equals(readLink(fd))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static @Nullable Path readLink(Path fd) {
        try {
            return Files.readSymbolicLink(fd);
        } catch (IOException e) {
            // Closed since it was listed.
            return null;
        }
    }

    /** Whether the child is known to have read everything. */
    boolean isEmpty() {
        FileInputStream pipe = gauge;
        try {
            return pipe != null && pipe.available() == 0;
        } catch (IOException e) {
            close();
            return false;
        }
    }

    void close() {
        FileOutputStream open = handle;
        handle = null;
        gauge = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                log.trace("closing the view of a pipe", e);
            }
        }
    }
}
