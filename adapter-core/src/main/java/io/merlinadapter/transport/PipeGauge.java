package io.merlinadapter.transport;

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
 * The loop's view of a child's stdin: tells how much of what was written there is unread yet, by asking the kernel (FIONREAD, which is what
 * {@link FileInputStream#available()} does). Only a handle for writing is held, so that a dead child is still noticed by
 * a broken pipe. Where the handle can't be had nothing is known, which costs speed and nothing else. Made on a thread that
 * may wait for the file system, then for the loop.
 */
final class PipeGauge {
    private static final Logger log = LoggerFactory.getLogger(PipeGauge.class);

    private @Nullable FileOutputStream handle;
    private @Nullable FileInputStream gauge;

    private PipeGauge() {}

    static PipeGauge ofStdin(long pid) {
        PipeGauge level = new PipeGauge();
        try {
            Path ours = ourEndOf(Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "fd", "0")));
            if (ours != null) {
                FileOutputStream handle = new FileOutputStream(ours.toFile());
                level.handle = handle;
                level.gauge = new FileInputStream(handle.getFD());
            }
        } catch (IOException | UnsupportedOperationException e) {
            log.debug("no view of the pipe to process {}: every line goes through the writer's thread", pid, e);
        }
        return level;
    }

    /**
     * Our own end of the child's stdin. Looked for among what is open here, and opened from here, because the program may
     * have given itself another stdin in the meantime.
     */
    private static @Nullable Path ourEndOf(Path pipe) throws IOException {
        if (!pipe.toString().startsWith("pipe:")) {
            return null;
        }
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path fd : open) {
                if (pipe.equals(readLink(fd))) {
                    return fd;
                }
            }
        }
        return null;
    }

    private static @Nullable Path readLink(Path fd) {
        try {
            return Files.readSymbolicLink(fd);
        } catch (IOException e) {
            // Closed since it was listed.
            return null;
        }
    }

    /** Bytes that the child has not read, or {@link ByteWriter#UNKNOWN}. */
    int unread() {
        FileInputStream pipe = gauge;
        try {
            return pipe == null ? ByteWriter.UNKNOWN : pipe.available();
        } catch (IOException e) {
            close();
            return ByteWriter.UNKNOWN;
        }
    }

    /** Writes to the pipe, past the buffer of the process's own stream, which would keep what can't be written. */
    void put(byte[] bytes, int length) throws IOException {
        FileOutputStream pipe = handle;
        if (pipe == null) {
            throw new IOException("the view of the pipe is closed");
        }
        pipe.write(bytes, 0, length);
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
