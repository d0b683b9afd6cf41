package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.TestFront;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Nothing that callers do is worth a line in the log, outlives their connection, or holds up a stop. */
@Isolated("the log is everybody's")
class QuietLogTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final String[] GET = {":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a"};

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final TestFront front = TestFront.start();

    @BeforeEach
    void listen() {
        log.start();
        root.addAppender(log);
    }

    @AfterEach
    void stop() {
        TestFront.until(() -> front.connections.used() == 0);
        long began = System.nanoTime();
        TestFront.await(front.front.stop(Duration.ofSeconds(15)));
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
        front.budgetComesBack();
        front.close();
        root.detachAppender(log);
        assertThat(List.copyOf(log.list).stream()
                        .filter(event -> event.getLevel().isGreaterOrEqual(Level.INFO)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oversizedHeadersAndAQuickGoodbye(boolean reset) throws Exception {
        byte[] big = RawHttp2.block("x", "b".repeat(4000));
        big[0] = 0x40; // into the dynamic table, to be referred to
        byte[] referring = RawHttp2.block(GET);
        int length = referring.length;
        referring = Arrays.copyOf(referring, length + 20);
        Arrays.fill(referring, length, length + 20, (byte) 0xbe);
        for (int i = 0; i < 50; i++) {
            try (RawHttp2 caller = new RawHttp2(front.port())) {
                caller.resetsWhenClosed(reset);
                caller.block(1, true, concat(RawHttp2.block(GET), big));
                for (int stream = 3; stream < 203; stream += 2) {
                    caller.block(stream, true, referring);
                }
            } catch (IOException e) {
                assertThat(e).isNotNull(); // the server was quicker
            }
        }
        try (RawCaller other = front.raw()) {
            assertThat(other.get("/").response()).startsWith("HTTP/1.1 200 ");
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void whatIsNoHttp2() throws Exception {
        byte[] nonsense = "nonsense".getBytes(StandardCharsets.US_ASCII);
        for (int type = 0; type < 12; type++) {
            for (int stream : new int[] {0, 1, 2, 7}) {
                try (RawHttp2 caller = new RawHttp2(front.port())) {
                    caller.get(1, "/").answer(1);
                    caller.frame(type, 0xff, stream, nonsense);
                    caller.frame(type, 0, stream, new byte[20_000]);
                    caller.resetsWhenClosed(stream == 7);
                } catch (IOException e) {
                    assertThat(e).isNotNull();
                }
            }
        }
    }

    @Test
    void whatIsNoHttp1() throws Exception {
        for (String text : List.of(
                "\u0000\u0001\u0002\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnonsense nonsense",
                "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: %\r\n\r\n",
                "GET")) {
            for (int linger : new int[] {-1, 0}) {
                try (RawCaller caller = front.raw()) {
                    caller.send(text);
                    caller.socket.setSoLinger(linger == 0, 0);
                }
            }
        }
    }

    @Test
    void connectionsThatAreResetWhateverIsUnderWay() throws Exception {
        front.predictor.answer = body -> new byte[4 * 1024 * 1024];
        for (int i = 0; i < 10; i++) {
            try (RawCaller caller = new RawCaller(front.port(), 4096)) {
                caller.post("", "{}");
                int asked = i + 1;
                TestFront.until(() -> front.predictor.asked.get() >= asked);
                caller.socket.setSoLinger(true, 0);
            }
        }
        for (int i = 0; i < 10; i++) {
            try (RawHttp2 caller = new RawHttp2(front.port())) {
                int asked = front.predictor.asked.get() + 1;
                caller.post(1, "{}").post(3, "{}").open(5);
                TestFront.until(() -> front.predictor.asked.get() >= asked);
                caller.resetsWhenClosed(true);
            }
        }
    }
}
