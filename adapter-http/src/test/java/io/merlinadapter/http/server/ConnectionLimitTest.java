package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.TestFront;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many connections a port has, and who goes when one more comes. */
class ConnectionLimitTest {
    private static final int MOST = 3;
    private static final long MUCH = 1024 * 1024;

    private TestFront front = TestFront.withConnections(MOST, MUCH);

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
        assertThat(front.connections.used()).isZero();
    }

    @Test
    void whoComesTooLateIsLetInWhenSomebodyGoes() throws Exception {
        front.predictor.holds = true;
        List<RawCaller> busy = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            busy.add(front.raw().post("", "{}"));
            front.heldCall(i);
        }
        try (RawCaller waiting = front.raw()) {
            waiting.get("/");
            waiting.socket.setSoTimeout(300);
            assertThat(hearsNothing(waiting)).isTrue();
            waiting.socket.setSoTimeout(15_000);
            front.heldCall(0).answer("{\"n\":0}");
            assertThat(busy.get(0).response()).endsWith("{\"n\":0}");
            busy.get(0).close();

            assertThat(waiting.response()).startsWith("HTTP/1.1 200 ");
        }
        front.heldCall(1).answer("{\"n\":1}");
        assertThat(busy.get(1).response()).endsWith("{\"n\":1}");
        front.heldCall(2).answer("{\"n\":2}");
        assertThat(busy.get(2).response()).endsWith("{\"n\":2}");
        for (RawCaller caller : busy) {
            caller.close();
        }
    }

    private static boolean hearsNothing(RawCaller caller) throws Exception {
        try {
            caller.head();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    @Test
    void theConnectionThatIsIdleLongestGoesWhenAnotherComes() throws Exception {
        front.predictor.holds = true;
        try (RawHttp2 first = new RawHttp2(front.port());
                RawCaller second = front.raw();
                RawCaller busy = front.raw()) {
            first.get(1, "/").answer(1);
            second.get("/").response();
            busy.post("", "{}");
            front.heldCall(0);
            first.frame(6, 0, 0, new byte[8]); // a PING makes nobody wait
            try (RawCaller third = front.raw();
                    RawCaller fourth = front.raw()) {
                assertThat(third.get("/").response()).startsWith("HTTP/1.1 200 ");
                assertThat(first.isClosedByServer()).isTrue();
                assertThat(fourth.get("/").response()).startsWith("HTTP/1.1 200 ");
                assertThat(second.isClosedByServer()).isTrue();
                front.heldCall(0).answer("{\"n\":0}");
                assertThat(busy.response()).endsWith("{\"n\":0}");
            }
        }
    }

    @Test
    void silentConnectionsMakeRoomToo() throws Exception {
        List<RawCaller> silent = new ArrayList<>();
        for (int i = 0; i < 4 * MOST; i++) {
            silent.add(front.raw());
        }
        try (RawCaller last = front.raw()) {
            assertThat(last.get("/").response()).startsWith("HTTP/1.1 200 ");
        }
        for (RawCaller caller : silent) {
            caller.close();
        }
    }

    @Test
    void eachConnectionIsPaidForUntilItsChannelCloses() throws Exception {
        try (RawCaller http1 = front.raw()) {
            http1.get("/").response();
            assertThat(front.connections.used()).isEqualTo(AcceptGate.PRICE);
            try (RawHttp2 http2 = new RawHttp2(front.port())) {
                http2.get(1, "/").answer(1);
                assertThat(front.connections.used()).isEqualTo(2 * AcceptGate.PRICE + AcceptGate.PRICE_OF_HTTP2);
            }
            TestFront.until(() -> front.connections.used() == AcceptGate.PRICE);
        }
        TestFront.until(() -> front.connections.used() == 0);
    }

    @Test
    void whoCantBePaidForWaitsUntilAnIdleOneHasGone() throws Exception {
        stop();
        front = TestFront.withConnections(100, AcceptGate.PRICE);
        try (RawCaller first = front.raw()) {
            first.get("/").response();
            try (RawCaller second = front.raw()) {
                assertThat(second.get("/").response()).startsWith("HTTP/1.1 200 ");
                assertThat(first.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void anHttp2ConnectionThatCantBePaidForIsClosed() throws Exception {
        stop();
        front = TestFront.withConnections(100, AcceptGate.PRICE);
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            assertThat(caller.isClosedByServer()).isTrue();
        }
        try (RawCaller next = front.raw()) {
            assertThat(next.get("/").response()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aPortThatIsFullCanBeShutAndStopped() throws Exception {
        try (RawCaller one = front.raw();
                RawCaller two = front.raw();
                RawCaller three = front.raw();
                RawCaller four = front.raw()) {
            for (RawCaller caller : List.of(one, two, three)) {
                assertThat(caller.get("/").response()).startsWith("HTTP/1.1 200 ");
            }
            TestFront.await(front.front.shut());
            assertThat(four.isClosedByServer()).isTrue(); // nobody could be let in
            TestFront.await(front.front.reopen());
            try (RawCaller five = front.raw()) {
                assertThat(five.get("/").response()).startsWith("HTTP/1.1 200 ");
            }
        }
    }
}
