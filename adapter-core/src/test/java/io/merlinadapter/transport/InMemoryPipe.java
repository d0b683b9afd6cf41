package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A child's stdin in memory, under a real {@link Channel}, without threads: what a thread would write waits until there is
 * room in the pipe. Like a pipe of Linux it holds 64 KiB and says how much of that is unread.
 */
public final class InMemoryPipe {
    /** Bytes that a pipe holds. */
    public static final int CAPACITY = 64 * 1024;

    private final EventLoop loop;
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final Consumer<byte[]> reader;
    private byte[] unread = {};
    private boolean reading = true;
    private boolean broken;
    private boolean ended;
    private boolean taskIsDue;

    /** A pipe for a channel of {@code loop}; {@code reader} gets what the child reads, piece by piece. */
    public InMemoryPipe(EventLoop loop, Consumer<byte[]> reader) {
        this.loop = loop;
        this.reader = reader;
    }

    /** The channel that writes to this pipe. */
    public Channel channel(Channel.Listener listener) {
        Executor writer = task -> {
            tasks.add(task);
            schedule();
        };
        return new Channel(loop, new Writer(), writer, listener);
    }

    /** Bytes that were given to the operating system and are not read. */
    public int unread() {
        return unread.length;
    }

    /** Has the child read everything as it comes (as it does at first), or nothing but by {@link #read(int)}. */
    public void setReading(boolean reads) {
        reading = reads;
        readOn();
    }

    /** Has the child read up to so many bytes once. */
    public void read(int bytes) {
        int count = Math.min(bytes, unread.length);
        byte[] piece = Arrays.copyOf(unread, count);
        unread = Arrays.copyOfRange(unread, count, unread.length);
        schedule();
        if (count > 0) {
            reader.accept(piece);
        }
    }

    /** The child reads no more: what is written from now on fails. */
    public void breakPipe() {
        broken = true;
        reading = false;
        schedule();
    }

    /** Returns true once the adapter has closed its end. */
    public boolean isEnded() {
        return ended;
    }

    private void readOn() {
        if (reading) {
            read(unread.length);
        }
    }

    private int put(ByteBuffer buffer) throws IOException {
        if (broken || ended) {
            throw new IOException("Broken pipe");
        }
        byte[] more = new byte[Math.min(buffer.remaining(), CAPACITY - unread.length)];
        buffer.get(more);
        byte[] all = Arrays.copyOf(unread, unread.length + more.length);
        System.arraycopy(more, 0, all, unread.length, more.length);
        unread = all;
        readOn();
        return more.length;
    }

    /** Runs the writer's next task in a turn of its own, if it would not have to wait for the child. */
    private void schedule() {
        if (!taskIsDue && !tasks.isEmpty() && canRun()) {
            taskIsDue = true;
            loop.later(() -> {
                taskIsDue = false;
                if (canRun()) {
                    tasks.remove().run();
                }
                schedule();
            });
        }
    }

    private boolean canRun() {
        return broken || unread.length < CAPACITY;
    }

    private final class Writer implements ByteWriter {
        private final ByteBuffer buffer = ByteBuffer.allocate(WriteQueue.BATCH);

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public boolean takesAtOnce(long bytes) {
            return bytes <= StdinWriter.ATOMIC && unread.length == 0;
        }

        @Override
        public int offer() throws IOException {
            return put(buffer);
        }

        @Override
        public int write() throws IOException {
            return put(buffer);
        }

        @Override
        public void awaitRoom() {
            // The writer's next task waits instead.
        }

        @Override
        public void wake() {
            // A task that waits for room may find that there is nothing more to write.
            if (!tasks.isEmpty()) {
                loop.later(() -> {
                    if (!canRun() && !tasks.isEmpty()) {
                        tasks.remove().run();
                    }
                });
            }
        }

        @Override
        public boolean failsAsAWhole(int bytes) {
            return true;
        }

        @Override
        public boolean isGauged() {
            return true;
        }

        @Override
        public int unread() {
            return unread.length;
        }

        @Override
        public void leave() {
            // There is no handle to close.
        }

        @Override
        public void end() {
            ended = true;
        }
    }
}
