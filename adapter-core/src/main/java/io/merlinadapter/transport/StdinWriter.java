package io.merlinadapter.transport;

import io.merlinadapter.os.Child;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A child's stdin. Few bytes go straight from the loop into the pipe if the pipe is known to be empty: POSIX lets no write
 * of up to {@link #ATOMIC} bytes block then. Everything else may block for as long as the child does not read.
 */
final class StdinWriter implements ByteWriter {
    private static final Logger log = LoggerFactory.getLogger(StdinWriter.class);

    /** Linux's PIPE_BUF, and the least that a pipe holds: a write of up to so many bytes is done as a whole or not at all. */
    static final int ATOMIC = 4096;

    private final OutputStream stdin;
    private final PipeGauge level;
    private final ByteBuffer buffer = ByteBuffer.allocate(WriteQueue.BATCH);

    private StdinWriter(OutputStream stdin, PipeGauge level) {
        this.stdin = stdin;
        this.level = level;
    }

    /** The wire to {@code child}. May wait for the file system. */
    static StdinWriter to(Child child) {
        return new StdinWriter(child.stdin(), PipeGauge.ofStdin(child.pid()));
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public boolean takesAtOnce(long bytes) {
        return bytes <= ATOMIC && level.unread() == 0;
    }

    @Override
    public int offer() throws IOException {
        level.put(buffer.array(), buffer.remaining());
        return buffer.remaining();
    }

    @Override
    public int write() throws IOException {
        stdin.write(buffer.array(), 0, buffer.remaining());
        stdin.flush();
        return buffer.remaining();
    }

    @Override
    public void awaitRoom() {
        // A write takes everything.
    }

    @Override
    public void wake() {
        // Nobody waits but in a write, which is finished.
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
        return level.unread();
    }

    @Override
    public void leave() {
        level.close();
    }

    @Override
    public void end() {
        try {
            stdin.close();
        } catch (IOException e) {
            log.trace("closing the program's stdin", e);
        }
    }
}
