package io.merlinadapter.transport;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The private directory for the sockets of one pool, made when it is first needed, in the first place where a socket can
 * really be made: permission bits tell root nothing, and say nothing of read-only mounts. Any thread.
 */
final class SocketDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(SocketDirectory.class);

    /** The longest path that Java lets a socket have: what {@code sun_path} holds, less two. */
    static final int LONGEST_PATH = 106;

    private static final Set<PosixFilePermission> OURS_ALONE = PosixFilePermissions.fromString("rwx------");
    private static final int NAME_BYTES = 16;

    private final List<Path> places;
    private final String advice;
    private final SecureRandom random = new SecureRandom();

    private final ReentrantLock lock = new ReentrantLock();
    // Guarded by the lock.
    private @Nullable Path directory;
    private @Nullable PosixFileAttributes asMade;
    private @Nullable UserPrincipal us;

    /** A directory in the first of {@code places} where that is possible; {@code advice} says what to do where none is. */
    SocketDirectory(List<Path> places, String advice) {
        this.places = places;
        this.advice = advice;
    }

    /** A path for one socket, which nobody can guess; the directory is there. */
    Path newPath() throws IOException {
        lock.lock();
        try {
            Path found = directory;
            if (found == null || !isStillOurs(found)) {
                found = make();
                directory = found;
            }
            return found.resolve(newName());
        } finally {
            lock.unlock();
        }
    }

    /** This process's user, as the other end of a connection sees it. Null before {@link #newPath()} was called. */
    @Nullable
    UserPrincipal us() {
        lock.lock();
        try {
            return us;
        } finally {
            lock.unlock();
        }
    }

    private String newName() {
        byte[] name = new byte[NAME_BYTES];
        random.nextBytes(name);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name);
    }

    /** A cleaner of temporary files may have removed it, and another user may have made one of the same name. */
    private boolean isStillOurs(Path found) {
        try {
            PosixFileAttributes now = attributes(found);
            return asMade != null
                    && Objects.equals(now.fileKey(), asMade.fileKey())
                    && now.owner().equals(asMade.owner())
                    && now.permissions().equals(OURS_ALONE);
        } catch (IOException e) {
            return false;
        }
    }

    private static PosixFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private Path make() throws IOException {
        List<String> tried = new ArrayList<>();
        for (Path place : places) {
            try {
                return makeIn(place);
            } catch (IOException | UnsupportedOperationException e) {
                tried.add(place + " (" + reason(e) + ")");
            }
        }
        throw new IOException(
                "no directory for the program's socket can be made in " + String.join(", ", tried) + "; " + advice);
    }

    private Path makeIn(Path place) throws IOException {
        Path made = Files.createTempDirectory(
                place.toAbsolutePath(), "merlin-", PosixFilePermissions.asFileAttribute(OURS_ALONE));
        try {
            // Where the umask takes away our own rights, the attribute above is not enough.
            Files.setPosixFilePermissions(made, OURS_ALONE);
            us = tryOut(made.resolve(newName()));
            asMade = attributes(made);
            LOG.debug("sockets are made in {}", made);
            return made;
        } catch (IOException | RuntimeException e) {
            remove(made);
            throw e;
        }
    }

    /** Makes a socket and connects to it; returns who listens, which is us. */
    private static UserPrincipal tryOut(Path path) throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_PATH) {
            throw new IOException("a socket's path there would have " + length + " bytes, of at most " + LONGEST_PATH);
        }
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address, 1);
            try (SocketChannel client = SocketChannel.open(address)) {
                return client.getOption(ExtendedSocketOptions.SO_PEERCRED).user();
            }
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such directory";
        }
        if (e instanceof AccessDeniedException) {
            return "this user may not write there";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    /** Removes the directory and what is in it; one that is needed later is made anew. */
    void close() {
        lock.lock();
        try {
            Path made = directory;
            directory = null;
            if (made != null) {
                remove(made);
            }
        } finally {
            lock.unlock();
        }
    }

    private static void remove(Path directory) {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path socket : left) {
                Files.deleteIfExists(socket);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            LOG.debug("{} is left behind", directory, e);
        }
    }
}
