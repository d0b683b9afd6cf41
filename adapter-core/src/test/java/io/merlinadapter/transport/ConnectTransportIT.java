package io.merlinadapter.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.loop.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing to a program that listens by itself, on a Unix socket; and how it is found there, and elsewhere. */
class ConnectTransportIT extends WritingContract {
    private static final String LISTEN = """
            import os, socket, time
            def listen(family, address):
              global l, s, r, w
              l = socket.socket(family)
              l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
              l.bind(address)
              time.sleep(.1)
              l.listen()
              s, _ = l.accept()
              r = w = s.fileno()
            """;

    @TempDir
    Path place;

    private String address;

    @BeforeEach
    void chooseAnAddress() {
        address = "connect:unix:" + place.resolve("model-{worker}");
    }

    @Override
    String prelude() {
        return LISTEN + "listen(socket.AF_UNIX, '" + place.resolve("model-7") + "')\n";
    }

    @Override
    Transport maker(EventLoop loop) {
        return new ConnectTransport(loop, ConnectAddress.parse(address));
    }

    @Override
    String deafen() {
        return "s.shutdown(socket.SHUT_RD)";
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]", "localhost"})
    void aPortIsConnectedTo(String host) throws IOException {
        int port = freePort();
        address = "connect:tcp:" + host + ":" + port;
        String family = "127.0.0.1".equals(host) ? "AF_INET, ('127.0.0.1', " : "AF_INET6, ('::1', ";
        String echo = "listen(socket." + family + port + "))\nwhile True: s.sendall(s.recv(999))";
        try (Ends ends = new Ends(this::maker).start(LISTEN + echo)) {
            assertThat(ends.pending().environment()).isEmpty();
            ends.send("hello");
            ends.untilReplied("hello");
        }
    }

    @Test
    void whatListensBeforeTheProgramIsNotTheProgram() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Ends ends = new Ends(loop -> new ConnectTransport(
                        loop, ConnectAddress.parse("connect:tcp:localhost:" + other.getLocalPort())))) {
            assertThatThrownBy(() -> ends.start(""))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("something listens at connect:tcp:localhost:" + other.getLocalPort())
                    .hasMessageContaining("another address");
        }
    }

    @Test
    void aSocketFileThatNobodyListensAtIsInNobodysWay() throws IOException {
        for (int start = 0; start < 2; start++) {
            try (Ends ends = child("time.sleep(99)")) {
                ends.channel();
                ends.kill();
            }
            assertThat(place.resolve("model-7")).exists();
        }
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(place.resolve("model-7"), "mine");
        try (Ends ends = new Ends(this::maker).start("import time; time.sleep(99)")) {
            Ends.until(() -> ends.pending().missing().contains("Connection refused"));
        }
        assertThat(file).hasContent("mine");
    }

    @Test
    void aProgramThatNeverListensIsSaidToBeMissing() throws IOException {
        try (Ends ends = new Ends(this::maker).start("import time; time.sleep(99)")) {
            Ends.until(() -> ends.pending().missing().contains("No such file"));
            assertThat(ends.pending().missing())
                    .startsWith("nothing takes a connection at connect:unix:" + place.resolve("model-7"));
            ends.kill();
            assertThat(ends.channel).isNotDone();
        }
    }

    @Test
    void theLoopbackAloneIsGoodAndMistakesAreNamed() {
        for (String good :
                new String[] {"unix:model.sock", "unix:/run/{worker}/s", "tcp:127.0.0.1:80", "tcp:[::1]:6{worker}"}) {
            assertThat(ConnectAddress.parse("connect:" + good).text()).isEqualTo("connect:" + good);
        }
        assertThat(ConnectAddress.parse("connect:tcp:127.0.0.1:900{worker}").isPerWorker())
                .isTrue();
        assertThat(ConnectAddress.parse("connect:tcp:127.0.0.1:9000").isPerWorker())
                .isFalse();
        for (String bad : new String[] {
            "stdio",
            "connect:",
            "connect:unix:",
            "connect:tcp:9000",
            "connect:tcp:10.0.0.1:9000",
            "connect:tcp:model:9000",
            "connect:tcp:127.0.0.1:0",
            "connect:tcp:127.0.0.1:65536",
            "connect:tcp:127.0.0.999:1",
            "connect:tcp:127.0.0.1:",
            "connect:unix:/" + "x".repeat(106)
        }) {
            assertThatThrownBy(() -> ConnectAddress.parse(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("channel: " + bad + " (expected: ");
        }
    }

    @Test
    void aNumberThatMakesAPortTooLargeFailsTheStartOfItsWorkerAlone() throws IOException {
        try (Ends ends = new Ends(
                loop -> new ConnectTransport(loop, ConnectAddress.parse("connect:tcp:127.0.0.1:6553{worker}")))) {
            assertThatThrownBy(() -> ends.maker.prepare(6))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a port from 1 to 65535");
            assertThat(ends.maker.allowsTwoAtOnce()).isFalse();
        }
    }

    @Test
    void theSocketIsTheProgramsToRemove() throws IOException {
        try (Ends ends = child("")) {
            ends.channel();
            Ends.get(ends.exit);
        }
        assertThat(Files.exists(place.resolve("model-7"))).isTrue();
    }
}
