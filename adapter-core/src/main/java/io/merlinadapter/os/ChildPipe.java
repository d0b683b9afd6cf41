package io.merlinadapter.os;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeroturnaround.exec.ProcessExecutor;

/**
 * A pipe from a child to us whose reading end never blocks, so that the event loop can read it. The child's end is opened by
 * name, below /proc: that gives it a description of its own, which blocks, as programs expect it of their stdout.
 */
final class ChildPipe {
    private static final Logger LOG = LoggerFactory.getLogger(ChildPipe.class);

    /** How often the name is proven, each time with another number of bytes. */
    private static final int PROOFS = 2;

    /** As much fits any pipe. */
    private static final int MOST = 4096;

    /** zt-exec keeps its builder to itself, and only by that can a child's stdout be another pipe than the usual one. */
    private static final @Nullable VarHandle BUILDER = builder();

    private final Pipe pipe;

    private ChildPipe(Pipe pipe) {
        this.pipe = pipe;
    }

    private static @Nullable VarHandle builder() {
        try {
            return MethodHandles.privateLookupIn(ProcessExecutor.class, MethodHandles.lookup())
                    .findVarHandle(ProcessExecutor.class, "builder", ProcessBuilder.class);
        } catch (ReflectiveOperationException | RuntimeException e) {
            LOG.debug("zt-exec does not show its builder: a thread reads each program's stdout", e);
            return null;
        }
    }

    /**
     * A new pipe, which will be the stdout of what {@code executor} starts; null if this system does not let its name be found,
     * and nothing has changed then. May wait for the file system.
     */
    static @Nullable ChildPipe of(ProcessExecutor executor) {
        VarHandle builder = BUILDER;
        if (builder == null) {
            return null;
        }
        Pipe made = null;
        ChildPipe found = null;
        try {
            Set<Path> before = OpenPipes.byLink().keySet();
            made = Pipe.open();
            made.source().configureBlocking(false);
            made.sink().configureBlocking(false);
            Map<Path, Path> now = OpenPipes.byLink();
            now.keySet().removeAll(before);
            for (Path one : now.values()) {
                if (found == null && isNameOf(made, one.toFile())) {
                    // As the child's end will be opened: what fails then would be the end of that start.
                    new FileOutputStream(one.toFile()).close();
                    ((ProcessBuilder) builder.get(executor)).redirectOutput(one.toFile());
                    found = new ChildPipe(made);
                }
            }
            if (found == null) {
                LOG.debug("a new pipe has no name among {}: a thread reads the program's stdout", now.values());
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("no pipe for the event loop: a thread reads the program's stdout", e);
        } finally {
            if (made != null && found == null) {
                close(made.sink());
                close(made.source());
            }
        }
        return found;
    }

    /** Nothing is written to what may be another's: who opens it sees what was written to ours. */
    private static boolean isNameOf(Pipe pipe, File name) throws IOException {
        // For both reading and writing, because that does not wait for the other end.
        try (RandomAccessFile opened = new RandomAccessFile(name, "rw");
                FileInputStream there = new FileInputStream(opened.getFD())) {
            for (int i = 0; i < PROOFS; i++) {
                int count = ThreadLocalRandom.current().nextInt(1, MOST);
                boolean wasEmpty = there.available() == 0;
                int put = pipe.sink().write(ByteBuffer.allocate(count));
                int seen = there.available();
                int got = pipe.source().read(ByteBuffer.allocate(MOST));
                if (!wasEmpty || put != count || seen != count || got != count) {
                    return false;
                }
            }
            return there.available() == 0;
        }
    }

    /** Our end, which does not block. */
    Pipe.SourceChannel source() {
        return pipe.source();
    }

    /** To be called when the child has its end, or never will: else the stream would never end. */
    void closeSink() {
        close(pipe.sink());
    }

    static void close(Channel end) {
        try {
            end.close();
        } catch (IOException e) {
            LOG.trace("closing a pipe", e);
        }
    }
}
