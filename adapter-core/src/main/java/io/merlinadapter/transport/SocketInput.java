package io.merlinadapter.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * The receiving side of a socket that never blocks, as a stream whose reads wait. (The JDK's own streams share one lock
 * between both directions.) For one thread.
 */
final class SocketInput extends InputStream {
    private final SocketChannel socket;
    private final Selector selector;
    private boolean drained = true;

    SocketInput(SocketChannel socket, Selector selector) throws IOException {
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
