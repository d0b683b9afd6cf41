package io.merlinadapter.transport;

import io.merlinadapter.os.Child;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sending side of a socket that never blocks. */
final class SocketWriter implements ByteWriter {
    private static final Logger log = LoggerFactory.getLogger(SocketWriter.class);

    /** A full socket whose other end shuts down no more than its reading is not reported: only a write tells. */
    private static final long LOOK_AGAIN_MILLIS = 500;

    private final SocketChannel socket;
    private final Child child;
    private final Selector selector;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(WriteQueue.BATCH);

    /** The wire of a connected socket; the input of {@code child} ends when this one does. */
    SocketWriter(SocketChannel socket, Child child) throws IOException {
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
        // The loop holds nothing of its own.
    }

    @Override
    public void end() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            log.trace("the connection is closed already", e);
        }
        try {
            child.stdin().close();
        } catch (IOException e) {
            log.trace("closing the program's stdin", e);
        }
    }

    /** Lets go of the socket. Any thread, more than once. */
    void close() {
        try {
            selector.close();
            socket.close();
        } catch (IOException e) {
            log.trace("closing a connection", e);
        }
    }
}
