package io.merlinadapter.os;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a child's stdout to its end on the event loop, one chunk a turn, so that no thread has to be woken for a reply. What
 * the sink can't take at once is lent to a thread, together with the stream and the buffer: it delivers, reads on until
 * nothing is left, and gives them back by a task of the loop. So one of both reads at any time, and sees what the other has
 * done; a child that floods waits for the thread, and the thread for the loop, but never the loop for either.
 */
final class LoopPump implements OutputPump {
    private static final Logger LOG = LoggerFactory.getLogger(LoopPump.class);
    private static final int BUFFER = 64 * 1024;
    private static final int END = -1;

    /** How long the thread waits for more of a line before it leaves that to the loop. */
    private static final long MOMENT_MILLIS = 20;

    /** When no thread could be had, what waits for it tries again after this. */
    private static final Duration NO_THREAD_YET = Duration.ofSeconds(1);

    private final Pipe.SourceChannel source;
    private final LoopSink sink;
    private final EventLoop loop;
    /** Of whoever reads. */
    private final byte[] buffer = new byte[BUFFER];

    private final ByteBuffer target = ByteBuffer.wrap(buffer);
    private @Nullable Executor thread;

    private EventLoop.@Nullable Watch watch;
    /** On the loop: the thread reads, or the end was reached. */
    private boolean lent;

    private final CountDownLatch ended = new CountDownLatch(1);
    /** Written by whoever reads. */
    private final AtomicLong chunks = new AtomicLong();
    /** Something that was read may not have been handed over. */
    private volatile boolean delivering;
    /** How often the loop was asked to look and did; written by the loop. */
    private final AtomicInteger looks = new AtomicInteger();

    private volatile boolean closed;

    /**
     * A pump that does not run yet.
     *
     * @param source does not block
     */
    LoopPump(Pipe.SourceChannel source, LoopSink sink) {
        this.source = source;
        this.sink = sink;
        this.loop = sink.loop();
    }

    @Override
    public void start(String name) {
        start(ThreadOnNeed.named(name));
    }

    /** As the other; {@code waiting} runs what may wait. */
    void start(Executor waiting) {
        thread = waiting;
        loop.later(() -> {
            try {
                watch = loop.watch(source, this::readable);
                watch.set(true);
            } catch (IOException e) {
                LOG.error("the event loop can't read a child's stdout; please report this", e);
                lend(0, END);
            }
        });
    }

    private void readable() {
        if (lent) {
            return;
        }
        int count = receive();
        int taken = count > 0 ? takeAtOnce(count) : 0;
        if (taken < count || count == END) {
            lend(taken, count);
        }
    }

    private int receive() {
        target.clear();
        int count;
        try {
            count = source.read(target);
        } catch (IOException e) {
            LOG.trace("a child's stdout ended", e);
            count = END;
        }
        return count;
    }

    private int takeAtOnce(int count) {
        int taken = count;
        try {
            taken = sink.takeAtOnce(buffer, count);
        } catch (RuntimeException e) {
            LOG.error("a child's output could not be handled; please report this", e);
        }
        chunks.incrementAndGet();
        return taken;
    }

    /** Has the thread deliver what is in the buffer, or the end. */
    private void lend(int from, int to) {
        lent = true;
        delivering = true;
        if (watch != null) {
            watch.set(false);
        }
        boolean begun = false;
        try {
            Objects.requireNonNull(thread).execute(() -> serve(from, to));
            begun = true;
        } finally {
            if (!begun) {
                loop.after(NO_THREAD_YET, () -> lend(from, to));
            }
        }
    }

    /** On the thread. */
    private void serve(int from, int to) {
        int count = to;
        if (from > 0) {
            count -= from;
            System.arraycopy(buffer, from, buffer, 0, count);
        }
        if (readOn(count) == END) {
            finish();
        } else {
            loop.later(this::takeBack);
        }
    }

    /**
     * Delivers what is in the buffer, and what can be read. For the rest of what has begun it waits a moment: a long line comes in
     * many pieces, and each way to the loop and back costs more than one.
     *
     * @return 0 if nothing is left
     */
    private int readOn(int length) {
        int count = length;
        Selector more = null;
        try {
            while (count > 0) {
                deliver(count);
                count = closed ? END : receive();
                if (count == 0 && !sink.isWhole()) {
                    if (more == null) {
                        more = Selector.open();
                        source.register(more, SelectionKey.OP_READ);
                    }
                    more.select(MOMENT_MILLIS);
                    more.selectedKeys().clear();
                    count = closed ? END : receive();
                }
            }
        } catch (IOException e) {
            LOG.debug("the event loop is asked when a child goes on", e);
        } finally {
            close(more);
        }
        return count;
    }

    private static void close(@Nullable Selector selector) {
        if (selector != null) {
            try {
                selector.close();
            } catch (IOException e) {
                LOG.trace("closing a selector", e);
            }
        }
    }

    private void deliver(int count) {
        try {
            sink.bytes(buffer, count);
        } catch (RuntimeException e) {
            LOG.error("a child's output could not be handled; please report this", e);
        } finally {
            chunks.incrementAndGet();
        }
    }

    private void takeBack() {
        lent = false;
        delivering = false;
        if (closed) {
            lend(0, END);
        } else if (watch != null) {
            watch.set(true);
        }
    }

    private void finish() {
        try {
            sink.end();
        } finally {
            delivering = false;
            ended.countDown();
            loop.later(this::letGo);
        }
    }

    private void letGo() {
        if (watch != null) {
            watch.stop();
        }
        ChildPipe.close(source);
    }

    /** The loop is asked to look: it may be busy, and what waits in the pipe was written before the child ended. */
    @Override
    public void awaitEnd() throws InterruptedException {
        long before;
        int looked;
        boolean busy;
        do {
            before = chunks.get();
            looked = looks.get();
            busy = delivering;
            loop.later(this::look);
        } while (!ended.await(Pump.LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                && (busy || delivering || chunks.get() != before || looks.get() == looked));
    }

    private void look() {
        readable();
        looks.incrementAndGet();
    }

    @Override
    public void close() {
        closed = true;
        loop.later(() -> {
            if (!lent) {
                lend(0, END);
            }
        });
    }
}
