package io.merlinadapter.channel;

import io.merlinadapter.process.Child;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on a child's stdin. A short line goes straight from the loop into the pipe if the pipe is known to be empty: POSIX
 * lets no write of up to {@link #ATOMIC} bytes block then, so no thread has to be woken. Everything else is written by
 * the {@link PipeWriter}'s thread, which may wait as long as the child does not read.
 */
final class StdioChannel implements Channel {
    private static final Logger log = LoggerFactory.getLogger(StdioChannel.class);

    /** Linux's PIPE_BUF, and the least that a pipe holds. */
    static final int ATOMIC = 4096;

    private final OutputStream stdin;
    private final PipeLevel level;
    private final PipeWriter writer;
    private @Nullable Line lastDirect;
    private boolean broken;

    private StdioChannel(OutputStream stdin, PipeLevel level, PipeWriter writer) {
        this.stdin = stdin;
        this.level = level;
        this.writer = writer;
    }

    /** The channel to {@code child}; {@code name} is for its writer's thread. */
    static StdioChannel to(Child child, String name) {
        return new StdioChannel(
                child.stdin(), PipeLevel.ofStdin(child.pid()), new PipeWriter(child.stdin(), name + "-stdin"));
    }

    @Override
    public boolean write(Line line) {
        if (broken) {
            return false;
        }
        if (line.length() < ATOMIC && writer.isIdle() && level.unread() == 0) {
            return writeNow(line);
        }
        lastDirect = null;
        return writer.offer(line);
    }

    @Override
    public boolean writeFirst(Line line) {
        return write(line);
    }

    @Override
    public boolean isCongested() {
        return false;
    }

    private boolean writeNow(Line line) {
        try {
            // The stream's own buffer makes one write of both.
            PipeWriter.writeTo(stdin, line);
            stdin.flush();
            lastDirect = line;
            return true;
        } catch (IOException e) {
            log.debug("the program's stdin is closed", e);
            // A write of so few bytes is done as a whole or not at all: the child has seen none of it.
            broken = true;
            return false;
        }
    }

    @Override
    public boolean withdraw(Line line) {
        return writer.withdraw(line);
    }

    @Override
    public boolean isUntouched(Line line) {
        // The line that was written last lies whole in the pipe, so the child has not begun to read it.
        return writer.holds(line) || (line == lastDirect && level.unread() > line.length());
    }

    @Override
    public boolean isUnbegun(Line line) {
        return writer.holds(line);
    }

    @Override
    public List<Line> halt() {
        broken = true;
        List<Line> unread = new ArrayList<>();
        if (lastDirect != null && isUntouched(lastDirect)) {
            unread.add(lastDirect);
        }
        level.close();
        unread.addAll(writer.halt());
        return unread;
    }

    @Override
    public void close() {
        level.close();
        writer.close();
    }
}
