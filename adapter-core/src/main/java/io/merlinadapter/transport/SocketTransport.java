package io.merlinadapter.transport;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Requests and replies on a local socket that each child connects to, once, at the path in {@code ADAPTER_SOCKET}. The path
 * is the token: nobody else can look into the directory, and it is gone when the child has connected.
 */
public final class SocketTransport implements Transport {
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
        SocketOpener accepting = SocketAcceptor.at(directory.newPath(), directory.us(), name);
        try {
            return new PendingSocket(loop, name, accepting);
        } catch (IOException | RuntimeException e) {
            accepting.close();
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
}
