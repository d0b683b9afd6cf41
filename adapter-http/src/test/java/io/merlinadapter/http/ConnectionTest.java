package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionTest {
    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @Test
    void headersOf60KibAreFine() throws Exception {
        HttpResponse<String> response = front.send(front.request("/").header("X-Large", "x".repeat(60 * 1024)));

        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void aFloodOfHeadersIsRefusedAndTheCallerReadsWhy() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\n");
            for (int i = 0; i < 2_000; i++) { // 2 MB
                caller.send("X-Flood-" + i + ": " + "x".repeat(1000) + "\r\n");
            }
            assertThat(caller.response()).startsWith("HTTP/1.1 431 ").contains("{\"error\":");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aFloodOfHeadersOverHttp2IsRefused() throws Exception {
        Curl curl = Curl.run("--http2-prior-knowledge", "-H", "X-Large: " + "x".repeat(70_000), front.url("/"));

        assertThat(curl.out())
                .satisfiesAnyOf(
                        out -> assertThat(out).contains("HTTP/2 431"),
                        out -> assertThat(curl.exit()).isNotZero());
    }

    @Test
    void aLongUriIsRefused() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("GET /" + "a".repeat(100_000) + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(caller.response()).contains(" 414 ").contains("{\"error\":");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET\r\n\r\n",
                "nonsense nonsense nonsense\r\n\r\n",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nContent-Length: abc\r\n\r\n",
                "POST /v1/models/surge-7:predict HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                "GET / HTTP/7.3\r\n\r\n",
                "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"
            })
    void whatIsNotHttpGetsAnErrorOrIsClosedAndHarmsNothing(String garbage) throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send(garbage);
            try {
                assertThat(caller.response()).matches("(?s)HTTP/\\d.\\d (4\\d\\d|501) .*");
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?is).*(closed after|reset).*");
            }
        }
        assertThat(front.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void http10IsServedAndClosed() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(caller.response()).startsWith("HTTP/1.0 200 OK").endsWith("{}");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aRefusalWithASmallBodyKeepsTheConnection() throws Exception {
        try (RawCaller caller = front.raw()) {
            String other = "POST /v1/models/other:predict HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n";
            caller.send(other);
            assertThat(caller.response()).startsWith("HTTP/1.1 404 ").doesNotContainIgnoringCase("connection: close");
            caller.send("0123456789");
            assertThat(caller.post("", "{}").response()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--http2-prior-knowledge", "--http2"})
    void http2IsServedByPriorKnowledgeAndByUpgrade(String version) throws Exception {
        Curl predict = Curl.run(version, "-d", "{\"a\":1}", front.url(TestFront.PREDICT));
        assertThat(predict.out()).contains("HTTP/2 200").endsWith("{\"a\":1}");
        Curl get = Curl.run(version, front.url("/v1/models"));
        assertThat(get.out()).contains("HTTP/2 200").endsWith("{\"models\":[\"surge-7-r2\"]}");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void stoppingClosesIdleConnectionsAtOnce(int loops) throws Exception {
        TestFront stopped = TestFront.onLoops(loops);
        int port = stopped.port();
        HttpClient http2 = http2(stopped);
        try (RawCaller silent = stopped.raw();
                RawCaller idle = stopped.raw();
                RawCaller other = stopped.raw()) {
            idle.post("", "{}").response();
            other.post("", "{}").response();
            TestFront.await(http2.request(HttpMethod.GET, port, "127.0.0.1", "/")
                    .compose(request -> request.send())
                    .compose(response -> response.body()));
            long began = System.nanoTime();
            TestFront.await(stopped.front.stop(Duration.ofSeconds(15)));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(other.isClosedByServer()).isTrue();
            awaitRefusal(port);
            assertThat(silent.socket.isConnected()).isTrue();
        }
        stopped.close();
    }

    /** Servers that share a port close it when the last of them has heard of the stop, which may be a moment later. */
    private static void awaitRefusal(int port) throws IOException {
        long began = System.nanoTime();
        while (System.nanoTime() - began < Duration.ofSeconds(5).toNanos()) {
            try (RawCaller accepted = new RawCaller(port)) {
                accepted.isClosedByServer();
            } catch (ConnectException refused) {
                return;
            }
        }
        Assertions.fail("port " + port + " still accepts connections");
    }

    @Test
    void stoppingFinishesWhatIsUnderWay() throws Exception {
        front.predictor.holds = true;
        HttpClient http2 = http2(front);
        HttpClientRequest stream =
                TestFront.await(http2.request(HttpMethod.POST, front.port(), "127.0.0.1", TestFront.PREDICT));
        AtomicBoolean goAway = new AtomicBoolean();
        stream.connection().goAwayHandler(sent -> goAway.set(true));
        Future<Buffer> overHttp2 = stream.response().compose(response -> response.body());
        stream.send("{}");
        front.heldCall(0);
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}");
            front.heldCall(1);
            Future<Void> stopped = front.front.stop(Duration.ofSeconds(15));
            TestFront.until(goAway::get);
            TestFront.until(() -> refusesConnections(front.port()));
            assertThat(stopped.isComplete()).isFalse();
            front.heldCall(0).answer("{\"n\":0}");
            front.heldCall(1).answer("{\"n\":1}");

            assertThat(caller.response())
                    .containsIgnoringCase("connection: close")
                    .endsWith("{\"n\":1}");
            assertThat(caller.isClosedByServer()).isTrue();
            assertThat(TestFront.await(overHttp2).toString()).isEqualTo("{\"n\":0}");
            TestFront.await(stopped);
        }
    }

    @Test
    void stoppingWaitsNoLongerThanAllowed() throws Exception {
        front.predictor.holds = true;
        CompletableFuture<HttpResponse<String>> response = front.postLater("{}");
        front.heldCall(0);
        TestFront.await(front.front.stop(Duration.ofMillis(100)));

        Assertions.assertThatThrownBy(() -> response.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        TestFront.until(() -> front.predictor.held.get(0).gone);
        front.heldCall(0).answer("too late");
    }

    private static boolean refusesConnections(int port) {
        try (RawCaller caller = new RawCaller(port)) {
            return !caller.socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }

    private static HttpClient http2(TestFront front) {
        return front.vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }
}
