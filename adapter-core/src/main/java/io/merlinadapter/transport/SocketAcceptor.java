package io.merlinadapter.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for the child to connect: the first connection of our own user is the child's, and the last that is taken. */
final class SocketAcceptor implements SocketOpener {
    private static final Logger log = LoggerFactory.getLogger(SocketAcceptor.class);

    /** The name of the variable that tells the child where to connect. */
    static final String VARIABLE = "ADAPTER_SOCKET";

    private static final int BACKLOG = 4;

    /** Strangers come one by one or in floods; of a flood the first few tell enough. */
    private static final int WARNINGS = 3;

    private final ServerSocketChannel server;
    private final Path path;
    private final @Nullable UserPrincipal us;
    private final String name;

    private SocketAcceptor(ServerSocketChannel server, Path path, @Nullable UserPrincipal us, String name) {
        this.server = server;
        this.path = path;
        this.us = us;
        this.name = name;
    }

    /** Listens at {@code path} for whoever is {@code us}. */
    static SocketAcceptor at(Path path, @Nullable UserPrincipal us, String name) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        SocketAcceptor made = new SocketAcceptor(server, path, us, name);
        try {
            server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            server.configureBlocking(false);
            return made;
        } catch (IOException | RuntimeException e) {
            made.close();
            throw e;
        }
    }

    @Override
    public Map<String, String> environment() {
        return Map.of(VARIABLE, path.toString());
    }

    @Override
    public SocketChannel await(Selector selector) throws IOException {
        server.register(selector, SelectionKey.OP_ACCEPT);
        int strangers = 0;
        while (true) {
            selector.select(key -> {});
            SocketChannel came = server.accept();
            if (came != null && isOurs(came, strangers)) {
                close();
                // The selector lets go of what listened, and has the new socket to itself.
                selector.selectNow();
                return came;
            }
            strangers += came == null ? 0 : 1;
        }
    }

    /** Whether this is the child's; what is a stranger's is closed. */
    private boolean isOurs(SocketChannel came, int strangers) throws IOException {
        boolean ours = false;
        try {
            UserPrincipal peer =
                    came.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            ours = peer.equals(us);
            if (!ours && strangers < WARNINGS) {
                log.warn(
                        "{}: user {} has connected to {} and was refused (expected: {})",
                        name.replace('-', ' '),
                        peer,
                        VARIABLE,
                        us);
            }
            came.configureBlocking(false);
        } finally {
            if (!ours) {
                came.close();
            }
        }
        return ours;
    }

    @Override
    public String missing() {
        return "it has not connected to " + VARIABLE + " (" + path + ")";
    }

    @Override
    public void close() {
        try {
            server.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            log.debug("{} is left behind", path, e);
        }
    }
}
