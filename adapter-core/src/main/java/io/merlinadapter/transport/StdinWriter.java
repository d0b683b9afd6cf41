package io.merlinadapter.transport;

import io.merlinadapter.os.Child;
import io.merlinadapter.os.OpenPipes;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to a child's stdin, a pipe. The event loop writes itself if the pipe is known to be empty, and to hold what is
 * written: POSIX lets no write of up to {@link #ATOMIC} bytes block then, and what the pipe was once seen to hold it can hold
 * again. How much a pipe holds Java can't ask, and Linux gives less to a user who has many of them. Every other write may
 * block for as long as the child does not read.
 */
final class StdinWriter implements ByteWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StdinWriter.class);

    /** Linux's PIPE_BUF, and the least that a pipe holds: a write of up to so many bytes is done as a whole or not at all. */
    static final int ATOMIC = 4096;

    private final OutputStream stdin;
    private final PipeGauge gauge;
    private final ByteBuffer buffer = ByteBuffer.allocate(WriteQueue.BATCH);

    private StdinWriter(OutputStream stdin, PipeGauge gauge) {
        this.stdin = stdin;
        this.gauge = gauge;
    }

    /** A writer to {@code child}. May wait for the file system. */
    static StdinWriter to(Child child) {
        return new StdinWriter(child.stdin(), PipeGauge.ofStdin(child.pid()));
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public boolean takesAtOnce(long bytes) {
        return bytes <= gauge.heldWhenEmpty() && gauge.unread() == 0;
    }

    @Override
    public int offer() throws IOException {
        gauge.put(buffer.array(), buffer.remaining());
        return buffer.remaining();
    }

    @Override
    public int write() throws IOException {
        gauge.writeBegins();
        try {
            stdin.write(buffer.array(), 0, buffer.remaining());
            stdin.flush();
        } finally {
            gauge.writeIsOver();
        }
        if (buffer.remaining() > gauge.heldWhenEmpty()) {
            // If the child has not read it yet, the loop will write as much itself.
            int unused = gauge.unread();
        }
        return buffer.remaining();
    }

    @Override
    public void awaitRoom() {
        // A write takes everything.
    }

    @Override
    public void wake() {
        // The writer waits in a write only, which is finished.
    }

    @Override
    public boolean failsAsAWhole(int bytes) {
        return bytes <= ATOMIC;
    }

    @Override
    public boolean isGauged() {
        return true;
    }

    @Override
    public int unread() {
        return gauge.unread();
    }

    @Override
    public void leave() {
        gauge.close();
    }

    @Override
    public void end() {
        try {
            stdin.close();
        } catch (IOException e) {
            LOG.trace("closing the program's stdin", e);
        }
    }

    /**
     * The event loop's own handle of the pipe. Tells how much of what was written is unread, by asking the kernel (FIONREAD,
     * which is what {@link FileInputStream#available()} does). Only a handle for writing is held, so that a dead child is
     * still noticed by a broken pipe. Where the handle can't be had nothing is known, which costs speed and nothing else.
     * Made on a thread that may wait for the file system; then event loop only, but for {@link #unread()}.
     */
    private static final class PipeGauge {
        private @Nullable FileOutputStream handle;
        private volatile @Nullable FileInputStream gauge;
        private final EmptyPipe empty = new EmptyPipe();
        /** The most that was seen to be in the pipe. */
        private volatile int mostSeen = ATOMIC;

        private PipeGauge() {}

        static PipeGauge ofStdin(long pid) {
            PipeGauge made = new PipeGauge();
            try {
                Path link = Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "fd", "0"));
                // Opened from here: the program may have given itself another stdin in the meantime.
                Path ours = OpenPipes.byLink().get(link);
                if (ours != null) {
                    FileOutputStream handle = new FileOutputStream(ours.toFile());
                    made.handle = handle;
                    made.gauge = new FileInputStream(handle.getFD());
                }
            } catch (IOException | UnsupportedOperationException e) {
                LOG.debug("no view of the pipe to process {}: every line goes through the writer's thread", pid, e);
            }
            return made;
        }

        /** Bytes that the child has not read, or {@link ByteWriter#UNKNOWN}. Any thread. */
        int unread() {
            FileInputStream pipe = gauge;
            if (pipe == null) {
                return ByteWriter.UNKNOWN;
            }
            if (empty.isKnown()) {
                return 0;
            }
            long look = empty.look();
            try {
                int unread = pipe.available();
                if (unread == 0) {
                    empty.isSeen(look);
                } else if (unread > mostSeen) {
                    mostSeen = unread;
                }
                return unread;
            } catch (IOException e) {
                gauge = null;
                return ByteWriter.UNKNOWN;
            }
        }

        /** How many bytes an empty pipe takes at least, as far as the channel writes so many in one go. Any thread. */
        int heldWhenEmpty() {
            return Math.min(mostSeen, WriteQueue.BATCH);
        }

        /** Something is about to be written, by whoever may write at the time. */
        void writeBegins() {
            empty.writeBegins();
        }

        /** What was to be written was, or will never be. */
        void writeIsOver() {
            empty.writeIsOver();
        }

        /** Writes to the pipe, past the buffer of the process's own stream, which would keep what can't be written. */
        void put(byte[] bytes, int length) throws IOException {
            FileOutputStream pipe = handle;
            if (pipe == null) {
                throw new IOException("the view of the pipe is closed");
            }
            writeBegins();
            try {
                pipe.write(bytes, 0, length);
            } finally {
                writeIsOver();
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
                    LOG.trace("closing the view of a pipe", e);
                }
            }
        }
    }
}
