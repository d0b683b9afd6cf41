package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.os.Child;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** How the one connection of a child comes about, or does not, and what is left when it is over. */
@Isolated("counts threads by their names")
class SocketOpeningIT {
    private static final String CONNECT = """
            import os, socket, sys, time
            path = os.environ['ADAPTER_SOCKET']
            def connect():
              s = socket.socket(socket.AF_UNIX)
              s.connect(path)
              return s
            def wait():
              while not os.path.exists(os.environ['GATE']): time.sleep(.005)
            """;

    @TempDir
    Path place;

    private Ends child(String program) throws IOException {
        return new Ends(loop -> new SocketTransport(loop, place)).start(CONNECT + program);
    }

    private static Path socketOf(PendingChannel pending) {
        return Path.of(pending.environment().get("ADAPTER_SOCKET"));
    }

    private List<Path> left() throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            return files.filter(file -> !file.equals(place)).toList();
        }
    }

    @Test
    void thePathIsForThisChildAloneAndGoesWhenItHasConnected() throws IOException {
        try (Ends ends = child("wait()\ns = connect()\ntime.sleep(99)")) {
            Path path = socketOf(ends.pending());
            assertThat(path.getParent().getParent()).isEqualTo(place);
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                    .isEqualTo("rwx------");
            // 128 bits take 22 characters.
            assertThat(path.getFileName().toString()).hasSize(22);
            Path next = socketOf(ends.maker.prepare(7));
            assertThat(next.getParent()).isEqualTo(path.getParent());
            assertThat(next).isNotEqualTo(path);
            assertThat(ends.pending().missing()).isEqualTo("it has not connected to ADAPTER_SOCKET (" + path + ")");
            assertThat(ends.channel).isNotDone();
            ends.openGate();
            ends.channel();
            assertThat(path).doesNotExist();
            assertThat(ends.pending().missing()).isEmpty();
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void outputIsLogAndWhatComesOnTheSocketIsReplies() throws IOException {
        try (Ends ends = child("s = connect(); print('log', flush=True); s.sendall(b'reply\\n')")) {
            Ends.get(ends.exit);
            assertThat(ends.replies.text()).isEqualTo("reply\n");
            Ends.until(() -> ends.log.text().equals("log\n"));
        }
    }

    @Test
    void aSecondConnectionFails() throws IOException {
        String twice = """
                s = connect()
                s.recv(1)
                try: connect()
                except OSError as e: s.sendall(type(e).__name__.encode())
                """;
        try (Ends ends = child(twice)) {
            ends.send("go");
            ends.untilReplied("FileNotFoundError");
        }
    }

    @Test
    void anotherUsersConnectionIsRefusedAndTheChildsIsStillAwaited() throws IOException {
        String stranger = """
                wait()
                if os.fork() == 0:
                  os.setresuid(65534, 65534, 65534)
                  s = connect()
                  print('refused', len(s.recv(1)), flush=True)
                  os._exit(0)
                os.wait()
                s = connect()
                time.sleep(99)
                """;
        try (Ends ends = child(stranger)) {
            assumeTrue("root".equals(System.getProperty("user.name")), "only root can be somebody else");
            Path path = socketOf(ends.pending());
            for (Path open = path; open.startsWith(place); open = open.getParent()) {
                Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            ends.openGate();
            ends.channel();
            Ends.until(() -> ends.log.text().equals("refused 0\n"));
        }
    }

    @Test
    void aChildThatNeverConnectsLeavesNothing() throws IOException {
        try (Ends ends = child("")) {
            Ends.get(ends.exit);
            assertThat(ends.channel).isNotDone();
            assertThat(ends.replies.ends).hasValue(0);
            assertThat(socketOf(ends.pending())).doesNotExist();
        }
        assertThat(left()).isEmpty();
    }

    @Test
    void aDirectoryThatWasCleanedAwayIsMadeAgain() throws IOException {
        try (Ends ends = new Ends(loop -> new SocketTransport(loop, place))) {
            PendingChannel first = ends.maker.prepare(0);
            Path path = socketOf(first);
            Files.delete(path);
            Files.delete(path.getParent());
            PendingChannel second = ends.maker.prepare(0);
            assertThat(socketOf(second)).exists();
            // One that somebody else can look into is not used again.
            Files.setPosixFilePermissions(socketOf(second).getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
            PendingChannel third = ends.maker.prepare(0);
            assertThat(socketOf(third).getParent())
                    .isNotEqualTo(socketOf(second).getParent());
            Stream.of(first, second, third).forEach(PendingChannel::close);
        }
    }

    @Test
    void aPlaceWhosePathIsTooLongIsNamed() throws IOException {
        Path deep = Files.createDirectories(place.resolve("d".repeat(80)));
        assertThatThrownBy(() -> new SocketTransport((EventLoop) null, deep).prepare(0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(deep.toString())
                .hasMessageContaining("of at most 106")
                .hasMessageContaining("--socket-dir");
        assertThat(deep).isEmptyDirectory();
    }

    @Test
    void theFirstPlaceWhereASocketCanBeMadeIsTaken() throws IOException {
        Path file = Files.createFile(place.resolve("file"));
        SocketDirectory directory =
                new SocketDirectory(List.of(place.resolve("missing"), file, Path.of("/proc"), place), "");
        assertThat(directory.newPath().getParent().getParent()).isEqualTo(place);
        directory.close();
        SocketDirectory none = new SocketDirectory(List.of(place.resolve("missing"), file), "do something");
        assertThatThrownBy(none::newPath)
                .hasMessageContaining("missing (there is no such directory), ")
                .hasMessageContaining("file (Not a directory); do something");
    }

    /** Root may write where permission bits say no, but not to a file system that is mounted read-only. */
    @Test
    void aReadOnlyPlaceIsNamed() throws Exception {
        List<String> readOnly = List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount -t tmpfs -o ro none \"$1\" && shift && exec \"$@\"",
                "sh",
                place.toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Place.class.getName(),
                place.toString());
        Process process = new ProcessBuilder(readOnly).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(!said.contains("unshare:") && !said.contains("mount:"), "this user may mount nothing");
        assertThat(said).contains(place + " (Read-only file system); have --socket-dir name");
    }

    /** Says whether a socket can be made somewhere. */
    static final class Place {
        public static void main(String[] arguments) {
            try {
                System.out.println(new SocketTransport((EventLoop) null, Path.of(arguments[0]))
                        .prepare(0)
                        .environment());
            } catch (IOException e) {
                System.out.println(e.getMessage());
            }
            System.exit(0);
        }
    }

    @Test
    void nothingLeaksInWhateverStateAChannelEnds() throws Exception {
        try (Ends ends = child("s = connect(); time.sleep(99)")) {
            ends.channel();
            Child child = ends.child.get();
            cycle(ends, child, 3);
            Ends.until(() -> threads() == 1);
            long before = descriptors();
            cycle(ends, child, 200);
            Ends.until(() -> threads() == 1);
            assertThat(descriptors()).isLessThanOrEqualTo(before);
            assertThat(left()).hasSize(1);
        }
    }

    /** Ends channels that were not opened, not connected, connected, in use, and left by the other end. */
    private static void cycle(Ends ends, Child child, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            PendingChannel pending = ends.maker.prepare(8);
            int state = i % 5;
            if (state > 0) {
                Opened opened = new Opened();
                Ends.Sink replies = new Ends.Sink();
                pending.open(child, replies, opened);
                if (state > 1) {
                    use(ends, pending, opened, state);
                    Ends.until(() -> replies.ends.get() == 1);
                }
            }
            pending.close();
            pending.awaitEnd();
        }
    }

    private static void use(Ends ends, PendingChannel pending, Opened opened, int state) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socketOf(pending)))) {
            assertThat(client.isConnected()).isTrue();
            Channel channel = Ends.get(opened.channel);
            if (state == 3) {
                ends.onLoop(() -> channel.write(ends.line("x".repeat(1 << 20))) && channel.write(ends.line("y")));
                ends.turn();
            }
            if (state != 4) {
                pending.close();
            }
        }
    }

    private static final class Opened implements PendingChannel.Listener {
        final CompletableFuture<Channel> channel = new CompletableFuture<>();

        @Override
        public void opened(Channel opened) {
            channel.complete(opened);
        }

        @Override
        public void room() {
            // Not of interest here.
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("worker-")
                        && thread.getName().contains("-socket"))
                .count();
    }

    private static long descriptors() {
        String[] open = Path.of("/proc/self/fd").toFile().list();
        return open == null ? 0 : open.length;
    }

    @Test
    void theEnvironmentIsThePathAlone() throws IOException {
        try (Ends ends = new Ends(loop -> new SocketTransport(loop, place))) {
            PendingChannel pending = ends.maker.prepare(0);
            assertThat(pending.environment())
                    .isEqualTo(Map.of("ADAPTER_SOCKET", socketOf(pending).toString()));
            assertThat(ends.maker.allowsTwoAtOnce()).isTrue();
            pending.close();
        }
    }
}
