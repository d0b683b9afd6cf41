package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Requests and replies on a connection to an address where the program itself listens. */
public final class ConnectTransport implements Transport {
    private final EventLoop loop;
    private final ConnectAddress address;

    public ConnectTransport(EventLoop loop, ConnectAddress address) {
        this.loop = loop;
        this.address = address;
    }

    @Override
    public PendingChannel prepare(int worker) throws IOException {
        String name = address.of(worker);
        Connector connector = new Connector(name, address.candidatesNow(worker));
        if (connector.isTaken()) {
            throw new IOException("something listens at " + name + " although the program does not run yet; end it, or"
                    + " give the program and --channel another address");
        }
        address.removeStale(worker);
        return new PendingSocket(loop, "worker-" + worker, connector);
    }

    @Override
    public boolean allowsTwoAtOnce() {
        return false;
    }

    @Override
    public boolean openingIsProof() {
        return true;
    }

    @Override
    public String replyStream() {
        return "socket";
    }

    @Override
    public void close() {
        // Nothing is kept for the pool.
    }

    /** Connects to where the program listens, again and again until it does. */
    static final class Connector implements PendingSocket.Opener {
        private static final long ANSWER_MILLIS = 1000;
        private static final long FIRST_PAUSE_MILLIS = 10;
        private static final long LONGEST_PAUSE_MILLIS = 250;
        private static final long LONGEST_TRY_MILLIS = 1000;

        private final String name;
        private final List<SocketAddress> candidates;
        private volatile String lastProblem = "not tried yet";

        /**
         * @param name of the address, for messages
         * @param candidates what is tried, one after the other
         */
        Connector(String name, List<SocketAddress> candidates) {
            this.name = name;
            this.candidates = candidates;
        }

        /** Returns true if something listens there already. */
        boolean isTaken() throws IOException {
            try (Selector selector = Selector.open()) {
                for (SocketAddress candidate : candidates) {
                    try (SocketChannel socket = SocketChannel.open(family(candidate))) {
                        socket.configureBlocking(false);
                        // One that is too busy to take the connection at once listens, too.
                        if (socket.connect(candidate)
                                || !(candidate instanceof InetSocketAddress)
                                || answers(socket, selector)) {
                            return true;
                        }
                    } catch (IOException | UnsupportedOperationException e) {
                        lastProblem = message(e);
                    }
                }
            }
            return false;
        }

        /** As {@link #finish}, but also returns true if there is no answer for a while, as from a listener that is too busy. */
        private static boolean answers(SocketChannel socket, Selector selector) throws IOException {
            socket.register(selector, SelectionKey.OP_CONNECT);
            // Other children wait for this thread, to be started and to be ended.
            return selector.select(ready -> {}, ANSWER_MILLIS) == 0 || finish(socket, selector);
        }

        @Override
        public Map<String, String> environment() {
            return Map.of();
        }

        @Override
        public SocketChannel await(Selector selector) throws IOException {
            long pause = FIRST_PAUSE_MILLIS;
            while (true) {
                for (SocketAddress candidate : candidates) {
                    SocketChannel socket = tryOnce(candidate, selector);
                    if (socket != null) {
                        return socket;
                    }
                }
                selector.select(key -> {}, pause);
                pause = Math.min(pause * 3 / 2, LONGEST_PAUSE_MILLIS);
            }
        }

        private @Nullable SocketChannel tryOnce(SocketAddress candidate, Selector selector) throws IOException {
            SocketChannel socket = null;
            boolean connected = false;
            try {
                socket = SocketChannel.open(family(candidate));
                socket.configureBlocking(false);
                connected = socket.connect(candidate)
                        // A Unix socket connects at once or not at all.
                        || (candidate instanceof InetSocketAddress && finish(socket, selector));
                if (!connected) {
                    lastProblem = "what listens there takes none";
                } else if (candidate instanceof InetSocketAddress) {
                    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                }
            } catch (IOException | UnsupportedOperationException e) {
                connected = false;
                lastProblem = candidate == candidates.get(0) ? message(e) : lastProblem;
            } finally {
                if (socket != null && !connected) {
                    socket.close();
                    selector.selectNow();
                }
            }
            return connected ? socket : null;
        }

        /** Waits for the outcome of a connection that is under way. Returns false if it failed. */
        private static boolean finish(SocketChannel socket, Selector selector) throws IOException {
            SelectionKey key = socket.register(selector, SelectionKey.OP_CONNECT);
            if (!socket.finishConnect()) {
                selector.select(ready -> {}, LONGEST_TRY_MILLIS);
            }
            boolean finished = socket.finishConnect();
            key.interestOps(0);
            // A port that nobody listens at can happen to be given to the very socket that connects to it.
            return finished && !socket.getLocalAddress().equals(socket.getRemoteAddress());
        }

        private static ProtocolFamily family(SocketAddress address) {
            if (!(address instanceof InetSocketAddress tcp)) {
                return StandardProtocolFamily.UNIX;
            }
            return tcp.getAddress() instanceof Inet6Address
                    ? StandardProtocolFamily.INET6
                    : StandardProtocolFamily.INET;
        }

        private static String message(Exception e) {
            return e.getMessage() == null ? e.toString() : e.getMessage();
        }

        @Override
        public String missing() {
            return "nothing takes a connection at " + name + " yet (" + lastProblem + ")";
        }

        @Override
        public void close() {
            // Nothing is held between two tries.
        }
    }
}
