package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.TestFront;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.exchange.PassedHeaders;
import io.merlinadapter.http.routes.JsonRoutes;
import io.merlinadapter.http.routes.PortRouter;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.Health;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The port that can be shut and opened again. */
class ListenerTest {
    private TestFront front = TestFront.start();

    private void onLoops(int loops) {
        if (loops > 1) {
            front.close();
            front = TestFront.onLoops(loops);
        }
    }

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aShutPortRefusesConnectsAndItsConnectionsGoWithTheirNextAnswer(int loops) throws Exception {
        onLoops(loops);
        int port = front.port();
        try (RawCaller http1 = front.raw();
                RawCaller silent = front.raw();
                RawHttp2 http2 = new RawHttp2(port)) {
            http1.post("", "{}").response();
            assertThat(http2.post(1, "{}").answer(1).status()).isEqualTo(200);
            front.predictor.failure = PredictException.comeBack(FailureKind.NOT_READY, "no worker is ready", 1);
            front.predictor.health = Health.notReady("no worker is ready");
            TestFront.await(front.front.shut());

            assertThat(refuses(port)).isTrue();
            for (RawCaller caller : List.of(http1, silent)) {
                assertThat(caller.post("", "{}").response())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("retry-after: 1")
                        .containsOnlyOnce("connection: close");
                assertThat(caller.isClosedByServer()).isTrue();
            }
            assertThat(http2.post(3, "{}").answer(3).status()).isEqualTo(503);
            assertThat(http2.goAway()).isEqualTo(Integer.MAX_VALUE);
            assertThat(http2.goAway()).isEqualTo(3);
            assertThat(http2.isClosedByServer()).isTrue();

            front.predictor.failure = null;
            TestFront.await(front.front.reopen());

            assertThat(front.port()).isEqualTo(port);
            assertThat(front.post(TestFront.PREDICT, "{}").statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsUnderWayWhenThePortIsShutIsAnsweredAlsoAfterItsReopening(int loops) throws Exception {
        onLoops(loops);
        front.predictor.holds = true;
        try (RawCaller http1 = front.raw();
                RawHttp2 http2 = new RawHttp2(front.port())) {
            http2.post(1, "{}");
            front.heldCall(0);
            http1.post("", "{}");
            front.heldCall(1);
            TestFront.await(front.front.shut());
            TestFront.await(front.front.reopen());
            front.predictor.holds = false;
            try (RawCaller fresh = front.raw()) {
                for (int i = 0; i < 2; i++) {
                    assertThat(fresh.post("", "{}").response())
                            .startsWith("HTTP/1.1 200 ")
                            .doesNotContain("connection: close");
                }
            }
            front.heldCall(0).answer("{\"n\":0}");
            front.heldCall(1).answer("{\"n\":1}");

            assertThat(http1.response()).contains("connection: close").endsWith("{\"n\":1}");
            assertThat(http1.isClosedByServer()).isTrue();
            assertThat(http2.answer(1)).isEqualTo(new RawHttp2.Answer(200, "{\"n\":0}"));
            assertThat(http2.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "localhost"})
    void aReopenedPortHasTheAddressItHadBefore(String host) throws Exception {
        Front other = TestFront.await(listen(front.vertx, host, 0));
        TestFront.await(other.shut());
        assertThat(refuses(other.port())).isTrue();
        TestFront.await(other.reopen());
        try (RawCaller caller = new RawCaller(other.port())) {
            assertThat(caller.get("/").response()).startsWith("HTTP/1.1 200 ");
        }
        TestFront.await(other.stop(Duration.ZERO));
    }

    @Test
    void aReopenedPortSpreadsItsConnectionsOverAllLoops() throws Exception {
        onLoops(2);
        Set<String> threads = ConcurrentHashMap.newKeySet();
        front.predictor.answer = body -> {
            threads.add(Thread.currentThread().getName());
            return body;
        };
        TestFront.await(front.front.shut());
        TestFront.await(front.front.reopen());
        for (int i = 0; i < 4; i++) {
            try (RawCaller caller = front.raw()) {
                caller.post("", "{}").response();
            }
        }

        assertThat(threads).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aHundredRoundsLeakNothing(int loops) throws Exception {
        onLoops(loops);
        round();
        long files = openFiles();
        int servers = ((VertxInternal) front.vertx).sharedTcpServers().size();
        for (int i = 1; i <= 100; i++) {
            round();
        }

        TestFront.until(() -> openFiles() <= files);
        assertThat(((VertxInternal) front.vertx).sharedTcpServers()).hasSize(servers);
        TestFront.until(() -> front.connections.used() == 0);
    }

    private void round() throws IOException {
        try (RawCaller http1 = front.raw();
                RawHttp2 http2 = new RawHttp2(front.port())) {
            assertThat(http2.get(1, "/").answer(1).status()).isEqualTo(200);
            assertThat(http1.post("", "{}").response()).startsWith("HTTP/1.1 200 ");
            TestFront.await(front.front.shut());
            assertThat(refuses(front.port())).isTrue();
            assertThat(http1.post("", "{}").response()).startsWith("HTTP/1.1 200 ");
            assertThat(http1.isClosedByServer()).isTrue();
            assertThat(http2.isClosedByServer()).isTrue();
        }
        TestFront.await(front.front.reopen());
    }

    private static long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aShutPortCanBeStopped() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}").response();
            TestFront.await(front.front.shut());
            TestFront.await(front.front.stop(Duration.ofSeconds(15)));

            assertThat(caller.isClosedByServer()).isTrue();
            assertThat(refuses(front.port())).isTrue();
        }
    }

    @Test
    void aPortThatSomebodyElseTookCanBeReopenedLater() throws Exception {
        TestFront.await(front.front.shut());
        try (ServerSocket other = new ServerSocket(front.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(other.isBound()).isTrue();
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> TestFront.await(front.front.reopen()))
                        .rootCause()
                        .isInstanceOf(BindException.class);
            }
        }
        TestFront.await(front.front.reopen());

        assertThat(front.post(TestFront.PREDICT, "{}").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoeverTheSystemLetInBeforeThePortClosedIsServed(boolean forGood) throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        ((VertxInternal) front.vertx).acceptorEventLoopGroup().execute(() -> awaitLatch(busy));
        try (RawCaller first = front.raw();
                RawCaller second = front.raw()) {
            first.post("", "{}");
            second.post("", "{}");
            Future<Void> closed = forGood ? front.front.stop(Duration.ofSeconds(15)) : front.front.shut();
            busy.countDown();
            assertThat(first.response()).startsWith("HTTP/1.1 200 ");
            assertThat(second.response()).startsWith("HTTP/1.1 200 ");
            TestFront.await(closed);

            assertThat(refuses(front.port())).isTrue();
        }
    }

    @Test
    void whoeverConnectedWhileTheLoopWasBusyIsServedBeforeTheStop() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        front.predictor.answer = body -> {
            awaitLatch(busy);
            return body;
        };
        try (RawCaller slow = front.raw();
                RawCaller waiting = connectLate(slow)) {
            Future<Void> stopped = front.front.stop(Duration.ofSeconds(15));
            TestFront.until(() -> refuses(front.port()));
            busy.countDown();

            assertThat(slow.response()).startsWith("HTTP/1.1 200 ");
            assertThat(waiting.response()).startsWith("HTTP/1.1 200 ");
            TestFront.await(stopped);
        }
    }

    /** Connects while the loop works on the request of another caller. */
    private RawCaller connectLate(RawCaller slow) throws IOException {
        slow.post("", "{}");
        TestFront.until(() -> front.predictor.asked.get() == 1);
        return front.raw().post("", "{}");
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aPortThatIsTakenCantBeListenedOn() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> TestFront.await(listen(front.vertx, "127.0.0.1", other.getLocalPort())))
                        .rootCause()
                        .isInstanceOf(BindException.class);
            }
        }
    }

    private Future<Front> listen(Vertx vertx, String host, int port) {
        FrontSettings settings = new FrontSettings(TestFront.NAMES, Duration.ofSeconds(1), 1024, PassedHeaders.NONE);
        return Front.listen(
                vertx,
                new PortSettings(host, port, Duration.ofSeconds(1), 1, 100, new MemoryBudget(1024 * 1024)),
                PortRouter.of(settings, front.services, JsonRoutes::new));
    }

    @Test
    void aVertxOfAnotherTransportIsRefused() {
        Vertx plain = Vertx.vertx();

        assertThatThrownBy(() -> TestFront.await(listen(plain, "127.0.0.1", 0)))
                .rootCause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("withTransport(new FrontTransport())");
        TestFront.await(plain.close());
    }

    static boolean refuses(int port) {
        try (RawCaller caller = new RawCaller(port)) {
            return !caller.socket.isConnected();
        } catch (ConnectException refused) {
            return true;
        } catch (SocketException reset) { // it came in the very moment
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
