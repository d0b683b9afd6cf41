package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests and replies on a local socket that each child connects to, once, at the path in {@code ADAPTER_SOCKET}. The path
 * is the token: nobody else can look into the directory, and it is gone when the child has connected.
 */
public final class SocketTransport implements Transport {
    private static final Logger LOG = LoggerFactory.getLogger(SocketTransport.class);

    private final EventLoop loop;
    private final SocketDirectory directory;

    /**
     * @param place where the private directory is made; null for the first of the usual places where that is possible
     */
    public SocketTransport(EventLoop loop, @Nullable Path place) {
        this(place == null ? usualPlaces() : chosen(place), loop);
    }

    SocketTransport(SocketDirectory directory, EventLoop loop) {
        this.loop = loop;
        this.directory = directory;
    }

    private static SocketDirectory usualPlaces() {
        return new SocketDirectory(
                Stream.of(System.getProperty("java.io.tmpdir", "/tmp"), "/tmp", "/dev/shm", "/run", "/var/tmp")
                        .map(Path::of)
                        .distinct()
                        .toList(),
                "mount a small writable volume at /tmp (such as an emptyDir), or name a writable directory with"
                        + " --socket-dir");
    }

    private static SocketDirectory chosen(Path place) {
        return new SocketDirectory(
                List.of(place),
                "have --socket-dir name a directory that is writable, such as a mounted emptyDir, and has a short path");
    }

    @Override
    public PendingChannel prepare(int worker) throws IOException {
        String name = "worker-" + worker;
        Acceptor acceptor = Acceptor.at(directory.newPath(), directory.us(), name);
        try {
            return new PendingSocket(loop, name, acceptor);
        } catch (IOException | RuntimeException e) {
            acceptor.close();
            throw e;
        }
    }

    @Override
    public boolean allowsTwoAtOnce() {
        return true;
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
        directory.close();
    }

    /** Waits for the child to connect: the first connection of our own user is the child's, and the only one that is taken. */
    private static final class Acceptor implements PendingSocket.Opener {

        /** The name of the variable that tells the child where to connect. */
        private static final String VARIABLE = "ADAPTER_SOCKET";

        private static final int BACKLOG = 4;

        /** Connections of other users that are logged; there may be many. */
        private static final int WARNINGS = 3;

        private final ServerSocketChannel server;
        private final Path path;
        private final @Nullable UserPrincipal us;
        private final String name;

        private Acceptor(ServerSocketChannel server, Path path, @Nullable UserPrincipal us, String name) {
            this.server = server;
            this.path = path;
            this.us = us;
            this.name = name;
        }

        /** Listens at {@code path} for connections of the user {@code us}. */
        static Acceptor at(Path path, @Nullable UserPrincipal us, String name) throws IOException {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            Acceptor made = new Acceptor(server, path, us, name);
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

        /** Returns true if the connection is of our own user; closes it otherwise. */
        private boolean isOurs(SocketChannel came, int strangers) throws IOException {
            boolean ours = false;
            try {
                UserPrincipal peer =
                        came.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
                ours = peer.equals(us);
                if (!ours && strangers < WARNINGS) {
                    LOG.warn(
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
                LOG.debug("{} is left behind", path, e);
            }
        }
    }
}
