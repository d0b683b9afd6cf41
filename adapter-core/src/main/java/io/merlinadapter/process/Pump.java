package io.merlinadapter.process;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one of a child's streams to its end on a thread of its own, whatever comes: a pipe that is left undrained stops
 * the child (the mistake behind of-watchdog's #100 and #128).
 */
final class Pump implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(Pump.class);
    private static final int BUFFER = 64 * 1024;

    private final InputStream stream;
    private final ByteSink sink;
    private final CountDownLatch ended = new CountDownLatch(1);

    Pump(InputStream stream, ByteSink sink) {
        this.stream = stream;
        this.sink = sink;
    }

    void start(String name) {
        Thread thread = new Thread(this, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits until all was read, {@code atMost} that long: a grandchild may hold the other end open for ever. */
    boolean awaitEnd(Duration atMost) throws InterruptedException {
        return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void run() {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                deliver(buffer, n);
            }
        } catch (IOException e) {
            log.trace("a child's stream ended", e);
        } finally {
            try {
                sink.end();
            } finally {
                ended.countDown();
            }
        }
    }

    private void deliver(byte[] buffer, int length) {
        try {
            sink.bytes(buffer, length);
        } catch (RuntimeException e) {
            log.error("a child's output could not be handled; please report this", e);
        }
    }
}
