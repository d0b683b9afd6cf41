package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.TestFront;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Front#stop} does to each kind of connection. */
class StopTest {
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final int LARGE = 8 * 1024 * 1024;

    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void idleConnectionsAreClosedAtOnce(int loops) throws Exception {
        TestFront idle = TestFront.onLoops(loops);
        try (RawCaller silent = idle.raw();
                RawCaller halfOfThePreface = idle.raw();
                RawCaller http1 = idle.raw();
                RawCaller other = idle.raw();
                RawHttp2 http2 = new RawHttp2(idle.port())) {
            halfOfThePreface.send("PRI * HTTP/2.0\r\n");
            http1.post("", "{}").response();
            other.post("", "{}").response();
            http2.get(1, "/").answer(1);
            long began = System.nanoTime();
            Future<Void> stopped = idle.front.stop(LONG);

            assertThat(http2.goAway()).isEqualTo(Integer.MAX_VALUE);
            assertThat(http2.goAway()).isEqualTo(1);
            assertThat(http2.isClosedByServer()).isTrue();
            TestFront.await(stopped);
            assertThat(ListenerTest.refuses(idle.port())).isTrue();
            assertThat(http1.isClosedByServer()).isTrue();
            assertThat(other.isClosedByServer()).isTrue();
            assertThat(silent.isClosedByServer()).isTrue();
            assertThat(halfOfThePreface.isClosedByServer()).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
        }
        idle.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void whatIsUnderWayIsFinishedWhileConnectsAreRefused(int loops) throws Exception {
        TestFront busy = TestFront.onLoops(loops);
        busy.predictor.holds = true;
        try (RawCaller http1 = busy.raw();
                RawHttp2 http2 = new RawHttp2(busy.port())) {
            http2.post(1, "{}");
            busy.heldCall(0);
            http1.post("", "{}");
            busy.heldCall(1);
            Future<Void> stopped = busy.front.stop(LONG);
            assertThat(http2.goAway()).isEqualTo(Integer.MAX_VALUE);
            assertThat(http2.goAway()).isEqualTo(1);
            TestFront.until(() -> ListenerTest.refuses(busy.port()));
            assertThat(stopped.isComplete()).isFalse();
            busy.heldCall(0).answer("{\"n\":0}");
            busy.heldCall(1).answer("{\"n\":1}");

            assertThat(http1.response())
                    .containsIgnoringCase("connection: close")
                    .endsWith("{\"n\":1}");
            assertThat(http1.isClosedByServer()).isTrue();
            assertThat(http2.answer(1)).isEqualTo(new RawHttp2.Answer(200, "{\"n\":0}"));
            assertThat(http2.isClosedByServer()).isTrue();
            TestFront.await(stopped);
        }
        busy.close();
    }

    @Test
    void aRequestPipelinedBehindTheLastAnswerIsNotBegun() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}").post("", "{\"second\":1}").get("/");
            front.heldCall(0);
            Future<Void> stopped = front.front.stop(LONG);
            caller.post("", "{\"after\":1}");
            front.heldCall(0).answer("{}");

            assertThat(caller.response())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("connection: close")
                    .endsWith("{}");
            assertThat(caller.isClosedByServer()).isTrue();
            TestFront.await(stopped);
        }
        assertThat(front.predictor.asked).hasValue(1);
        assertThat(front.counted.ends).containsExactly("HTTP_JSON 200 SUCCESS");
    }

    @Test
    void streamsBegunBeforeTheCallerHeardOfTheStopAreAnsweredAndLaterOnesRefused() throws Exception {
        front.predictor.holds = true;
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.post(1, "{}").post(3, "{}");
            front.heldCall(1);
            Future<Void> stopped = front.front.stop(LONG);
            assertThat(caller.goAway()).isEqualTo(Integer.MAX_VALUE);
            caller.post(5, "{}"); // the PING behind the GOAWAY is still unread
            front.heldCall(2).answer("{\"n\":5}");
            assertThat(caller.answer(5)).isEqualTo(new RawHttp2.Answer(200, "{\"n\":5}"));
            assertThat(caller.goAway()).isEqualTo(5);
            caller.get(7, "/");
            assertThatThrownBy(() -> caller.answer(7)).hasMessage("stream 7 was reset: REFUSED_STREAM");
            front.heldCall(1).answer("{\"n\":3}");
            assertThat(caller.answer(3)).isEqualTo(new RawHttp2.Answer(200, "{\"n\":3}"));
            front.heldCall(0).answer("{\"n\":1}");
            assertThat(caller.answer(1)).isEqualTo(new RawHttp2.Answer(200, "{\"n\":1}"));

            assertThat(caller.isClosedByServer()).isTrue();
            TestFront.await(stopped);
        }
        assertThat(front.predictor.asked).hasValue(3);
    }

    @Test
    void anHttp2CallerWhoDoesNotListenIsClosedAllTheSame() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.post(1, "{}").answer(1);
            long began = System.nanoTime();
            TestFront.await(front.front.stop(LONG));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a body that is still on its way"})
    void aRequestThatIsStillArrivingIsAnswered(String sentBefore) throws Exception {
        String body = "\"a body that is still on its way when the front stops\"";
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body.substring(0, sentBefore.length()));
            TestFront.until(() -> front.budget.used() > 0 || sentBefore.isEmpty());
            Future<Void> stopped = sentBefore.isEmpty() ? stopWhenConnected(caller) : front.front.stop(LONG);
            TestFront.until(() -> ListenerTest.refuses(front.port()));
            caller.send(body.substring(sentBefore.length()));

            assertThat(caller.response())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("connection: close")
                    .endsWith(body);
            assertThat(caller.isClosedByServer()).isTrue();
            TestFront.await(stopped);
        }
    }

    /** The answer to another caller says that the first one's head has been read, on the one loop there is. */
    private Future<Void> stopWhenConnected(RawCaller caller) throws Exception {
        assertThat(caller.socket.isConnected()).isTrue();
        front.get("/");
        return front.front.stop(LONG);
    }

    @Test
    void theFirstRequestOfAConnectionIsAnsweredEvenIfItsHeadIsIncomplete() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\n");
            front.get("/");
            Future<Void> stopped = front.front.stop(LONG);
            TestFront.until(() -> ListenerTest.refuses(front.port()));
            caller.send("Content-Length: 2\r\n\r\n{}");

            assertThat(caller.response()).startsWith("HTTP/1.1 200 ").containsIgnoringCase("connection: close");
            assertThat(caller.isClosedByServer()).isTrue();
            TestFront.await(stopped);
        }
    }

    @Test
    void whatIsLeftWhenTheTimeIsUpIsClosed() throws Exception {
        front.predictor.holds = true;
        CompletableFuture<HttpResponse<String>> response = front.postLater("{}");
        try (RawHttp2 http2 = new RawHttp2(front.port())) {
            http2.post(1, "{}");
            front.heldCall(1);
            TestFront.await(front.front.stop(Duration.ofMillis(100)));

            assertThatThrownBy(() -> response.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
            assertThat(http2.isClosedByServer()).isTrue();
        }
        TestFront.until(() -> front.predictor.cancelled.get() == 2);
        front.heldCall(0).answer("too late");
        front.heldCall(1).answer("too late");
    }

    @Test
    void aCallerWhoDoesNotReadItsReplyIsClosedWhenTheTimeIsUp() throws Exception {
        front.predictor.answer = body -> new byte[LARGE];
        try (RawCaller caller = new RawCaller(front.port(), 4096)) {
            caller.post("", "{}");
            TestFront.until(() -> front.budget.used() >= LARGE);
            long began = System.nanoTime();
            TestFront.await(front.front.stop(Duration.ofMillis(100)));

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(AT_ONCE);
            front.budgetComesBack();
        }
    }

    @Test
    void aSecondStopCanShortenTheTime() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}");
            front.heldCall(0);
            Future<Void> patient = front.front.stop(Duration.ofHours(1));
            Future<Void> hurried = front.front.stop(Duration.ZERO);

            assertThat(caller.isClosedByServer()).isTrue();
            TestFront.await(hurried);
            TestFront.await(patient);
        }
        front.heldCall(0).answer("too late");
    }
}
