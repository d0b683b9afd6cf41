package io.merlinadapter.transport;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address where a program itself listens.
 *
 * @param text as given, {@code connect:unix:PATH} or {@code connect:tcp:HOST:PORT}; {@code {worker}} stands for the number
 *     of the worker
 */
public record ConnectAddress(String text) {
    private static final String UNIX = "connect:unix:";
    private static final String TCP = "connect:tcp:";
    private static final String WORKER = "{worker}";
    private static final Pattern LOOPBACK =
            Pattern.compile("(127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}|\\[::1]|localhost):(\\d{1,5})");
    /** The bits of a file's mode that say what it is, and what they say of a socket (stat(2)). */
    private static final int FILE_TYPE = 0170000;

    private static final int SOCKET = 0140000;
    private static final int LAST_PORT = 65535;

    /** Reads an address. */
    public static ConnectAddress parse(String text) {
        ConnectAddress read = new ConnectAddress(text);
        read.candidates(0);
        return read;
    }

    /** Returns true if each worker has an address of its own. */
    public boolean isPerWorker() {
        return text.contains(WORKER);
    }

    /** The address of one worker, as a message names it. */
    String of(int worker) {
        return text.replace(WORKER, Integer.toString(worker));
    }

    /** The addresses to try for one worker, one after the other. */
    List<SocketAddress> candidates(int worker) {
        String address = of(worker);
        if (address.startsWith(UNIX)) {
            return List.of(unix(address.substring(UNIX.length())));
        }
        if (address.startsWith(TCP)) {
            return tcp(address.substring(TCP.length()));
        }
        throw wrong("connect:unix:PATH or connect:tcp:127.0.0.1:PORT");
    }

    private SocketAddress unix(String path) {
        int length = path.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length > SocketDirectory.LONGEST_PATH || path.indexOf('\0') >= 0) {
            throw wrong("a path of 1 to " + SocketDirectory.LONGEST_PATH + " bytes");
        }
        return UnixDomainSocketAddress.of(Path.of(path));
    }

    private List<SocketAddress> tcp(String address) {
        Matcher parts = LOOPBACK.matcher(address);
        if (!parts.matches()) {
            throw wrong("connect:tcp:127.0.0.1:PORT, connect:tcp:[::1]:PORT or connect:tcp:localhost:PORT: the program"
                    + " runs on this machine");
        }
        int port = Integer.parseInt(parts.group(2));
        if (port < 1 || port > LAST_PORT) {
            throw wrong("a port from 1 to " + LAST_PORT);
        }
        try {
            return "localhost".equals(parts.group(1))
                    ? List.of(tcp("127.0.0.1", port), tcp("::1", port))
                    : List.of(tcp(parts.group(1), port));
        } catch (UnknownHostException e) {
            throw wrong("an address such as 127.0.0.1");
        }
    }

    /** The host is an address in figures, so that no name is looked up. */
    private static SocketAddress tcp(String host, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("channel: " + text + " (expected: " + expected + ")");
    }

    /** Removes a socket file at which nothing listens any more: the program could not bind its own there. */
    void removeStale(int worker) throws IOException {
        String address = of(worker);
        if (address.startsWith(UNIX)) {
            Path path = Path.of(address.substring(UNIX.length()));
            if (Files.exists(path, NOFOLLOW_LINKS)
                    && ((int) Files.getAttribute(path, "unix:mode", NOFOLLOW_LINKS) & FILE_TYPE) == SOCKET) {
                Files.delete(path);
            }
        }
    }

    /** As {@link #candidates}, for the moment at which the program is started. */
    List<SocketAddress> candidatesNow(int worker) throws IOException {
        try {
            return candidates(worker);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
