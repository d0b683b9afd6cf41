package io.merlinadapter.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes what can't be written at once, started when there is first need of it; it alone may wait for the
 * child. Closing the child's input is its business as well. The calls are for the loop.
 */
final class LineWriter {
    private static final Logger log = LoggerFactory.getLogger(LineWriter.class);

    private final WriteQueue queue;
    private final ByteWriter wire;
    private final String name;
    private final Runnable broken;
    private @Nullable Thread thread;

    /**
     * @param broken called on the writer's thread if nothing can be written any more
     */
    LineWriter(WriteQueue queue, ByteWriter wire, String name, Runnable broken) {
        this.queue = queue;
        this.wire = wire;
        this.name = name;
        this.broken = broken;
    }

    /** Has everything in the queue written. */
    void takeOver() {
        start();
        queue.handOver();
    }

    /** Closes the child's input when the line that has begun is written. */
    void close() {
        start();
        queue.close();
        wire.wake();
    }

    private void start() {
        if (thread == null) {
            Thread writer = new Thread(this::run, name);
            writer.setDaemon(true);
            writer.start();
            thread = writer;
        }
    }

    private void run() {
        try {
            for (List<Line> batch = queue.awaitBatch(); !batch.isEmpty(); batch = queue.awaitBatch()) {
                write(batch);
            }
        } catch (IOException e) {
            log.debug("the program reads no more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (queue.fail()) {
                broken.run();
            }
            wire.end();
        }
    }

    private void write(List<Line> batch) throws IOException {
        int size = fill(wire.buffer(), batch);
        int taken;
        try {
            taken = wire.write();
        } catch (IOException e) {
            if (wire.failsAsAWhole(size)) {
                queue.settle(batch, 0);
            }
            throw e;
        }
        queue.settle(batch, taken).forEach(Line::written);
        if (taken < size) {
            wire.awaitRoom();
        }
    }

    /** Makes {@code buffer} ready to be written; returns how much is in it. */
    static int fill(ByteBuffer buffer, List<Line> batch) {
        buffer.clear();
        for (Line line : batch) {
            line.copyTo(buffer);
        }
        return buffer.flip().remaining();
    }
}
