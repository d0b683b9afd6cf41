package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.Pump;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection with a child, however it comes about. Waits for it and reads from it on a thread of its own. */
final class PendingSocket implements PendingChannel {
    private static final Logger log = LoggerFactory.getLogger(PendingSocket.class);

    private final EventLoop loop;
    private final String name;
    private final SocketOpener opening;
    private final Selector selector;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private boolean started;
    private boolean closed;
    private @Nullable SocketWriter wire;
    private @Nullable Channel channel;

    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile @Nullable Pump pump;
    private volatile @Nullable String problem;

    /** Waits for nothing yet; {@code name} is the worker's, for threads and messages. */
    PendingSocket(EventLoop loop, String name, SocketOpener opening) throws IOException {
        this.loop = loop;
        this.name = name;
        this.opening = opening;
        this.selector = Selector.open();
    }

    @Override
    public Map<String, String> environment() {
        return opening.environment();
    }

    @Override
    public ByteSink stdout(ByteSink replies, ByteSink log) {
        return log;
    }

    @Override
    public void open(Child child, ByteSink replies, Listener listener) {
        lock.lock();
        try {
            started = true;
        } finally {
            lock.unlock();
        }
        Thread thread = new Thread(() -> run(child, replies, listener), name + "-socket");
        thread.setDaemon(true);
        thread.start();
    }

    private void run(Child child, ByteSink replies, Listener listener) {
        try {
            Channel open = connect(child, replies, listener);
            if (open != null) {
                listener.opened(open);
                decided.countDown();
                Pump running = pump;
                if (running != null) {
                    running.run();
                }
            }
        } catch (ClosedSelectorException e) {
            log.debug("{}: nobody waits for the connection any more", name);
        } catch (IOException e) {
            failed(e);
        } finally {
            decided.countDown();
        }
    }

    private void failed(IOException e) {
        lock.lock();
        try {
            if (!closed) {
                problem = e.getMessage();
                log.warn("{}: there will be no connection: {}", name.replace('-', ' '), e.getMessage());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the connection; null if nobody wants it any more. */
    private @Nullable Channel connect(Child child, ByteSink replies, Listener listener) throws IOException {
        SocketChannel socket = opening.await(selector);
        lock.lock();
        try {
            if (closed) {
                socket.close();
                return null;
            }
            SocketWriter made = new SocketWriter(socket, child);
            wire = made;
            channel = Channel.on(made, name + "-socket-writer", loop, listener);
            pump = new Pump(new SocketInput(socket, selector), replies);
            return channel;
        } catch (IOException e) {
            socket.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String missing() {
        String why = problem;
        if (pump != null) {
            return "";
        }
        return why == null ? opening.missing() : opening.missing() + ", and can't be reached any more (" + why + ")";
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        if (!started()) {
            return;
        }
        // It may have connected, written and ended before anybody looked.
        boolean over = decided.await(Pump.QUIET.toNanos(), TimeUnit.NANOSECONDS);
        Pump running = pump;
        if (over && running != null) {
            running.awaitEnd();
        }
    }

    private boolean started() {
        lock.lock();
        try {
            return started;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            opening.close();
            closeSelector();
            if (channel != null) {
                channel.abort();
            }
            if (wire != null) {
                wire.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            log.trace("closing a selector", e);
        }
    }
}
