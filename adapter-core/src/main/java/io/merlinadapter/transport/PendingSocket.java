package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.ByteSink;
import io.merlinadapter.os.Child;
import io.merlinadapter.os.Pump;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One socket to a child, whichever end connects. Waits for the connection and reads from it on a thread of its own. */
final class PendingSocket implements PendingChannel {
    private static final Logger LOG = LoggerFactory.getLogger(PendingSocket.class);

    private final EventLoop loop;
    private final String name;
    private final Opener opener;
    private final Selector selector;

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private boolean started;
    private boolean closed;
    private @Nullable Writer writer;
    private @Nullable Channel channel;

    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile @Nullable Pump pump;
    private volatile @Nullable String problem;

    /** Does nothing yet; {@code name} is the worker's, for threads and messages. */
    PendingSocket(EventLoop loop, String name, Opener opener) throws IOException {
        this.loop = loop;
        this.name = name;
        this.opener = opener;
        this.selector = Selector.open();
    }

    @Override
    public Map<String, String> environment() {
        return opener.environment();
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
            LOG.debug("{}: nobody waits for the connection any more", name);
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
                LOG.warn("{}: there will be no connection: {}", name.replace('-', ' '), e.getMessage());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the connection. Returns null if it is not wanted any more. */
    private @Nullable Channel connect(Child child, ByteSink replies, Listener listener) throws IOException {
        SocketChannel socket = opener.await(selector);
        lock.lock();
        try {
            if (closed) {
                socket.close();
                return null;
            }
            Writer made = new Writer(socket, child);
            writer = made;
            channel = Channel.on(made, name + "-socket-writer", loop, listener);
            pump = new Pump(new Input(socket, selector), replies);
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
        return why == null ? opener.missing() : opener.missing() + ", and can't be reached any more (" + why + ")";
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        if (!started()) {
            return;
        }
        // The child may have connected, written and ended before this was noticed.
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
            opener.close();
            closeSelector();
            if (channel != null) {
                channel.abort();
            }
            if (writer != null) {
                writer.close();
            }
        } finally {
            lock.unlock();
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.trace("closing a selector", e);
        }
    }

    /** Opens the one connection to a child. Any thread. */
    interface Opener {
        /** Variables for the child's environment. */
        Map<String, String> environment();

        /**
         * Waits for the connection.
         *
         * @param selector to wait with, and with nothing else; closed when there will be no connection any more
         * @return a connection that never blocks
         * @throws IOException why there is none
         * @throws java.nio.channels.ClosedSelectorException if nobody wants it any more
         */
        SocketChannel await(Selector selector) throws IOException;

        /** Why there is no connection yet, as the beginning of a sentence. */
        String missing();

        /** Closes everything but the connection. Further calls do nothing. */
        void close();
    }

    /**
     * The reading side of a socket that never blocks, as a stream whose reads wait. (The JDK's own streams share one lock
     * between both directions.) One thread.
     */
    private static final class Input extends InputStream {
        private final SocketChannel socket;
        private final Selector selector;
        private boolean drained = true;

        Input(SocketChannel socket, Selector selector) throws IOException {
            this.socket = socket;
            this.selector = selector;
            socket.register(selector, SelectionKey.OP_READ);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer target = ByteBuffer.wrap(bytes, offset, length);
            int count = drained ? 0 : socket.read(target);
            while (count == 0) {
                awaitBytes();
                count = socket.read(target);
            }
            // A buffer that was not filled has emptied the socket, as it seems: waiting first saves a read in vain.
            drained = count < length;
            return count;
        }

        private void awaitBytes() throws IOException {
            try {
                selector.select(key -> {});
            } catch (ClosedSelectorException e) {
                throw new IOException("the connection is closed", e);
            }
        }
    }

    /** The writing side of a socket that never blocks. */
    private static final class Writer implements ByteWriter {

        /** If the other end of a full socket stops reading but lives on, no event tells: only a write does. */
        private static final long LOOK_AGAIN_MILLIS = 500;

        private final SocketChannel socket;
        private final Child child;
        private final Selector selector;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(WriteQueue.BATCH);

        /** Writes to a connected socket; when it ends, the stdin of {@code child} is closed as well. */
        Writer(SocketChannel socket, Child child) throws IOException {
            this.socket = socket;
            this.child = child;
            this.selector = Selector.open();
        }

        @Override
        public ByteBuffer buffer() {
            return buffer;
        }

        @Override
        public boolean takesAtOnce(long bytes) {
            return bytes <= buffer.capacity();
        }

        @Override
        public int offer() throws IOException {
            return socket.write(buffer);
        }

        @Override
        public int write() throws IOException {
            return socket.write(buffer);
        }

        @Override
        public void awaitRoom() throws IOException {
            try {
                if (socket.keyFor(selector) == null) {
                    socket.register(selector, SelectionKey.OP_WRITE);
                }
                selector.select(key -> {}, LOOK_AGAIN_MILLIS);
            } catch (ClosedSelectorException e) {
                throw new IOException("the connection is closed", e);
            }
        }

        @Override
        public void wake() {
            selector.wakeup();
        }

        @Override
        public boolean failsAsAWhole(int bytes) {
            return true;
        }

        @Override
        public boolean isGauged() {
            return false;
        }

        @Override
        public int unread() {
            return UNKNOWN;
        }

        @Override
        public void leave() {
            // The event loop has no handle of its own.
        }

        @Override
        public void end() {
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                LOG.trace("the connection is closed already", e);
            }
            try {
                child.stdin().close();
            } catch (IOException e) {
                LOG.trace("closing the program's stdin", e);
            }
        }

        /** Closes the socket. Any thread; further calls do nothing. */
        void close() {
            try {
                selector.close();
                socket.close();
            } catch (IOException e) {
                LOG.trace("closing a connection", e);
            }
        }
    }
}
