package io.merlinadapter.os;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one of a child's streams to its end on a thread of its own, whatever comes: a pipe that is left undrained stops
 * the child (the mistake behind of-watchdog's #100 and #128).
 */
public final class Pump implements OutputPump, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
    private static final int BUFFER = 64 * 1024;

    /** When nothing has come for so long, nothing more is waited for. */
    public static final Duration QUIET = Duration.ofMillis(50);

    /**
     * The same for a stream whose end should come, and which is closed then with all that was not read: on a busy machine the
     * thread that reads may wait for its turn.
     */
    static final Duration LAST_WORDS = Duration.ofMillis(500);

    private final InputStream stream;
    private final ByteSink sink;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong chunks = new AtomicLong();
    private volatile boolean delivering;

    /** A pump that does not run yet. */
    public Pump(InputStream stream, ByteSink sink) {
        this.stream = stream;
        this.sink = sink;
    }

    @Override
    public void start(String name) {
        Thread thread = new Thread(this, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        long before;
        boolean busy;
        do {
            before = chunks.get();
            busy = delivering;
        } while (!ended.await(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)
                && (busy || delivering || chunks.get() != before));
    }

    /** The stream is closed by whoever has made it. */
    @Override
    public void close() {}

    @Override
    public void run() {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                deliver(buffer, n);
            }
        } catch (IOException e) {
            LOG.trace("a child's stream ended", e);
        } finally {
            try {
                sink.end();
            } finally {
                ended.countDown();
            }
        }
    }

    private void deliver(byte[] buffer, int length) {
        delivering = true;
        try {
            sink.bytes(buffer, length);
        } catch (RuntimeException e) {
            LOG.error("a child's output could not be handled; please report this", e);
        } finally {
            chunks.incrementAndGet();
            delivering = false;
        }
    }
}
