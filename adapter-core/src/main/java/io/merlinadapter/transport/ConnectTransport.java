package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;

/** Requests and replies on a connection to where the program itself listens, once it does. */
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
        SocketConnector connecting = new SocketConnector(name, address.candidatesNow(worker));
        if (connecting.isTaken()) {
            throw new IOException("something listens at " + name + " although the program does not run yet; end it, or"
                    + " give the program and --channel another address");
        }
        address.removeStale(worker);
        return new PendingSocket(loop, "worker-" + worker, connecting);
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
}
