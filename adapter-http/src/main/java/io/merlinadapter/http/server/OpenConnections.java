package io.merlinadapter.http.server;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The connections of one port, from all of its openings, whatever they speak. Any thread. */
final class OpenConnections {
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();

    void add(Channel connection) {
        connections.add(connection);
        connection.closeFuture().addListener(closed -> connections.remove(connection));
    }

    /** Closes those of the calling event loop that have not sent anything: nobody waits for an answer there. */
    void closeSilent() {
        for (Channel connection : connections) {
            if (connection.eventLoop().inEventLoop() && Connections.isSilent(connection)) {
                Connections.cut(connection);
            }
        }
    }

    /** Closes all, whatever they are at. */
    void cutAll() {
        connections.forEach(Connections::cut);
    }
}
