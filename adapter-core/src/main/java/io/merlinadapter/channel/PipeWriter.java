package io.merlinadapter.channel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines to a pipe on a thread of its own, which is started when there is first need of it. What has gathered while
 * it was writing goes out together. Closing the pipe is this thread's as well: it waits behind a write that waits.
 */
final class PipeWriter {
    private static final Logger log = LoggerFactory.getLogger(PipeWriter.class);
    private static final int BATCH_BYTES = 64 * 1024;

    private final OutputStream pipe;
    private final String name;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by lock, which is never held while the pipe is written to.
    private final Deque<Line> waiting = new ArrayDeque<>();
    private boolean writing;
    private boolean ending;
    private @Nullable Thread thread;

    PipeWriter(OutputStream pipe, String name) {
        this.pipe = pipe;
        this.name = name;
    }

    /** Whether nothing is waiting or being written, so that the caller may write itself. */
    boolean isIdle() {
        lock.lock();
        try {
            return !writing && waiting.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    boolean offer(Line line) {
        lock.lock();
        try {
            if (ending) {
                return false;
            }
            waiting.add(line);
            wake();
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean withdraw(Line line) {
        lock.lock();
        try {
            return waiting.remove(line);
        } finally {
            lock.unlock();
        }
    }

    /** Whether {@code line} has not begun. */
    boolean holds(Line line) {
        lock.lock();
        try {
            return waiting.contains(line);
        } finally {
            lock.unlock();
        }
    }

    List<Line> halt() {
        lock.lock();
        try {
            List<Line> unbegun = new ArrayList<>(waiting);
            waiting.clear();
            ending = true;
            changed.signal();
            return unbegun;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            ending = true;
            wake();
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        if (thread == null) {
            thread = new Thread(this::run, name);
            thread.setDaemon(true);
            thread.start();
        }
        changed.signal();
    }

    private void run() {
        try {
            for (List<Line> batch = next(); !batch.isEmpty(); batch = next()) {
                for (Line line : batch) {
                    writeTo(pipe, line);
                }
                pipe.flush();
                batch.forEach(Line::written);
            }
        } catch (IOException e) {
            log.debug("the program reads no more", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end();
        }
    }

    static void writeTo(OutputStream pipe, Line line) throws IOException {
        for (ByteBuffer part : line.parts()) {
            pipe.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
        }
        pipe.write('\n');
    }

    /** What may be written next, in one go; nothing when it is time to close. */
    private List<Line> next() throws InterruptedException {
        lock.lock();
        try {
            writing = false;
            while (waiting.isEmpty() && !ending) {
                changed.await();
            }
            List<Line> batch = new ArrayList<>();
            int bytes = 0;
            while (!waiting.isEmpty() && bytes < BATCH_BYTES) {
                Line line = waiting.remove();
                bytes += line.length();
                batch.add(line);
            }
            writing = !batch.isEmpty();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            ending = true;
        } finally {
            lock.unlock();
        }
        try {
            pipe.close();
        } catch (IOException e) {
            log.trace("closing the program's stdin", e);
        }
    }
}
