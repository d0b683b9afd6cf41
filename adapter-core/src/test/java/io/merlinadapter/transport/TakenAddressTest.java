package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TakenAddressTest {
    /** Long enough for a handshake on this machine, short beside the second that the product waits. */
    private static final long HANDSHAKE_MILLIS = 500;

    private static final int MOST_TRIES = 20;

    /** The kernel answers nobody for minutes who comes to a full backlog. */
    @Test
    @Timeout(20)
    void anAddressWhoseListenerIsTooBusyToAnswerIsTaken() throws IOException {
        List<SocketChannel> crowd = new ArrayList<>();
        try (ServerSocketChannel busy = ServerSocketChannel.open()) {
            busy.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            SocketAddress address = busy.getLocalAddress();
            while (entersBacklog(address, crowd)) {
                assertThat(crowd).hasSizeLessThan(MOST_TRIES);
            }
            assertThat(new ConnectTransport.Connector("busy", List.of(address)).isTaken())
                    .isTrue();
        } finally {
            for (SocketChannel one : crowd) {
                one.close();
            }
        }
    }

    private static boolean entersBacklog(SocketAddress address, List<SocketChannel> crowd) throws IOException {
        SocketChannel caller = SocketChannel.open();
        crowd.add(caller);
        caller.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            SelectionKey key = caller.register(selector, SelectionKey.OP_CONNECT);
            boolean in = caller.connect(address) || (selector.select(HANDSHAKE_MILLIS) > 0 && caller.finishConnect());
            key.cancel();
            return in;
        }
    }

    @Test
    void anAddressWhereNobodyListensIsFree() throws IOException {
        SocketAddress free;
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            free = server.getLocalAddress();
        }
        assertThat(new ConnectTransport.Connector("free", List.of(free)).isTaken())
                .isFalse();
    }
}
