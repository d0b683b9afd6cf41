package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.TestFront;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What has come of a request that is not complete, and of requests that must wait, is paid for. */
class HalfReceivedTest {
    private static final int HEADERS = 1;
    private static final int CONTINUATION = 9;
    private static final int END_BOTH = 5;
    private static final int SOME = 32 * 1024;

    private TestFront front = TestFront.withConnections(100, 1024 * 1024);

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
        assertThat(front.connections.used()).isZero();
    }

    @Test
    void theHeadOfAnHttp1RequestIsPaidForUntilItIsComplete() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("GET / HTTP/1.1\r\nHost: a\r\n");
            for (int i = 0; i < SOME / 1024; i++) {
                caller.send("X-Long-" + i + ": " + "x".repeat(1024) + "\r\n");
            }
            caller.send("X-Half: y");
            TestFront.until(() -> front.connections.used() >= AcceptGate.PRICE + 2 * SOME - Http1Turns.HELD_UNPAID);
            assertThat(caller.send("\r\n\r\n").response()).startsWith("HTTP/1.1 200 ");
            // The decoder keeps room for the longest line that it has seen.
            TestFront.until(() -> front.connections.used() < AcceptGate.PRICE + 2 * SOME - Http1Turns.HELD_UNPAID);
            assertThat(caller.get("/").response()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void trailersWithoutEndAreRefused() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT
                    + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n");
            caller.send("a: b\r\n".repeat(200));
            assertThat(caller.response()).startsWith("HTTP/1.1 400 ").contains("too many trailers");
        }
    }

    @Test
    void chunksOfOneByteAreNoTrailers() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
            caller.send("1\r\n \r\n".repeat(500)).send("2\r\n{}\r\n0\r\n\r\n");
            assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void shortHeadersArePaidForAsWhatTheyBecome() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("GET / HTTP/1.1\r\nHost: a\r\n" + "a:\r\n".repeat(900));
            TestFront.until(() -> front.connections.used() >= AcceptGate.PRICE + 900 * 160 - Http1Turns.HELD_UNPAID);
            assertThat(caller.send("\r\n").response()).startsWith("HTTP/1.1 200 ");
            caller.send("GET / HTTP/1.1\r\nHost: a\r\n" + "a:\r\n".repeat(1_000) + "\r\n");
            assertThat(caller.response()).startsWith("HTTP/1.1 431 ");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aCallerWhoseHalfHeadCantBePaidForIsClosed() throws Exception {
        stop();
        front = TestFront.withConnections(100, AcceptGate.PRICE + SOME);
        try (RawCaller caller = front.raw()) {
            caller.send("GET / HTTP/1.1\r\nHost: a\r\nX-Long: ");
            assertThatCode(() -> caller.send("x".repeat(2 * SOME - 1024)))
                    .satisfiesAnyOf(
                            code -> assertThat(code).isNull(),
                            code -> assertThat(code).isInstanceOf(IOException.class));
            assertThat(caller.isClosedByServer()).isTrue();
        }
        TestFront.until(() -> front.connections.used() == 0);
        assertThat(front.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void theHeadersOfAnHttp2StreamArePaidForUntilTheyAreComplete() throws Exception {
        byte[] block = RawHttp2.block(
                ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "a", "x", "y".repeat(SOME));
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.get(1, "/").answer(1);
            caller.frame(HEADERS, 1, 3, Arrays.copyOf(block, 16_000));
            caller.frame(CONTINUATION, 0, 3, Arrays.copyOfRange(block, 16_000, 32_000));
            int price = AcceptGate.PRICE + AcceptGate.PRICE_OF_HTTP2;
            TestFront.until(() -> front.connections.used() == price + 32_000);
            caller.frame(CONTINUATION, END_BOTH, 3, Arrays.copyOfRange(block, 32_000, block.length));
            assertThat(caller.answer(3).status()).isEqualTo(200);
            assertThat(front.connections.used()).isEqualTo(price);
        }
    }

    @Test
    void anHttp2CallerWhoseHalfHeadersCantBePaidForIsClosed() throws Exception {
        stop();
        front = TestFront.withConnections(100, AcceptGate.PRICE + AcceptGate.PRICE_OF_HTTP2 + 20_000);
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.get(1, "/").answer(1);
            caller.frame(HEADERS, 1, 3, new byte[16_000]);
            caller.frame(CONTINUATION, 0, 3, new byte[16_000]);
            assertThat(caller.isClosedByServer()).isTrue();
        }
        TestFront.until(() -> front.connections.used() == 0);
    }

    @Test
    void requestsThatAreSentAheadWaitAsBytesAndAreAnsweredInOrder() throws Exception {
        front.predictor.holds = true;
        String request = "POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
        int many = 400;
        try (RawCaller caller = front.raw()) {
            caller.send(request.repeat(many));
            front.heldCall(0);
            TestFront.until(() -> front.connections.used() > AcceptGate.PRICE);
            assertThat(front.connections.used()).isLessThanOrEqualTo(AcceptGate.PRICE + (long) request.length() * many);
            for (int i = 0; i < many; i++) {
                assertThat(front.predictor.asked).hasValue(i + 1);
                front.heldCall(i).answer("{\"n\":" + i + "}");
                assertThat(caller.response()).endsWith("{\"n\":" + i + "}");
                if (i + 1 < many) {
                    front.heldCall(i + 1);
                }
            }
            TestFront.until(() -> front.connections.used() == AcceptGate.PRICE);
        }
    }

    @Test
    void aFloodOfTinyRequestsSentAheadHoldsLittle() throws Exception {
        front.predictor.holds = true;
        byte[] flood = "GET / HTTP/1.1\r\nHost:\r\n\r\n".repeat(40_000).getBytes(StandardCharsets.US_ASCII);
        RawCaller caller = front.raw().post("", "{}");
        front.heldCall(0);
        Thread sender = new Thread(() -> {
            try {
                caller.send(flood);
            } catch (IOException e) {
                Thread.currentThread().interrupt(); // closed under it
            }
        });
        sender.start();
        TestFront.until(() -> front.connections.used() > AcceptGate.PRICE);
        assertThat(front.get("/").statusCode()).isEqualTo(200);
        assertThat(front.connections.used()).isLessThan(256 * 1024);
        front.heldCall(0).answer("{}");
        for (int i = 0; i < 1 + 40_000; i++) {
            assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
        }
        sender.join();
        caller.close();
    }
}
