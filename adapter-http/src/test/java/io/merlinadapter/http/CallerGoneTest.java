package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallerGoneTest {
    private static final int LARGE = 8 * 1024 * 1024;

    private final TestFront front = TestFront.with(Duration.ofSeconds(2), 1024 * 1024);
    private final HttpClient http2 = front.vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @Test
    void closingTheConnectionCancelsThePrediction() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}");
            front.heldCall(0);
        }

        TestFront.until(() -> front.predictor.held.get(0).gone);
        front.heldCall(0).answer("too late");
        front.budgetComesBack();
        assertThat(front.counted.ends).isEmpty();
        assertThat(front.counted.failures).isEmpty();
    }

    @Test
    void aCallerWhoOnlyCeasesToSendIsAnsweredAndThenClosed() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}");
            front.heldCall(0);
            caller.socket.shutdownOutput();
            assertThat(caller.response()).startsWith("HTTP/1.1 100 ");
            front.heldCall(0).answer("{\"n\":0}");
            String answer = caller.response();
            while (answer.startsWith("HTTP/1.1 100 ")) {
                answer = caller.response();
            }

            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("{\"n\":0}");
            assertThat(caller.isClosedByServer()).isTrue();
        }
        assertThat(front.predictor.cancelled).hasValue(0);
    }

    @Test
    void aCallerOfHttp10WhoCeasesToSendIsAnsweredWithNothingBefore() throws Exception {
        front.predictor.holds = true;
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}");
            caller.socket.shutdownOutput();
            front.heldCall(0).answer("{}");

            assertThat(caller.response()).startsWith("HTTP/1.0 200 ");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void allThatWasSentBeforeTheSendingSideWasClosedIsAnswered() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.post("", "{}").post("", "{\"second\":1}").get("/").socket.shutdownOutput();

            assertThat(caller.response()).startsWith("HTTP/1.1 200 ").endsWith("{}");
            assertThat(caller.response()).startsWith("HTTP/1.1 200 ").endsWith("{\"second\":1}");
            assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void ceasingToSendInTheMiddleOfTheBodyIsADeparture() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"a\"");
            TestFront.until(() -> front.budget.used() > 0);
            caller.socket.shutdownOutput();

            assertThat(caller.isClosedByServer()).isTrue();
        }
        front.budgetComesBack();
        assertThat(front.predictor.asked).hasValue(0);
    }

    @Test
    void overHttp2WhatIsCompleteIsAnsweredWhenTheCallerCeasesToSend() throws Exception {
        front.predictor.holds = true;
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.post(1, "{}").open(3).endOfInput();
            assertThat(caller.goAway()).isEqualTo(3);
            front.heldCall(0).answer("{\"n\":1}");

            assertThat(caller.answer(1)).isEqualTo(new RawHttp2.Answer(200, "{\"n\":1}"));
            assertThat(caller.isClosedByServer()).isTrue();
            assertThat(caller.resets(3)).hasSize(1);
        }
        assertThat(front.predictor.asked).hasValue(1);
    }

    @Test
    void leavingInTheMiddleOfTheBodyGivesItsMemoryBack() throws Exception {
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{\"a\"");
            TestFront.until(() -> front.budget.used() > 0);
        }
        front.budgetComesBack();
        assertThat(front.predictor.asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 2, 11})
    void resettingTheStreamWithAnyCodeCancelsAndTheConnectionLivesOn(long code) {
        front.predictor.holds = true;
        HttpClientRequest request = http2Request();
        request.send("{}");
        ScriptedPredictor.Call call = front.heldCall(0);
        TestFront.await(request.reset(code).otherwiseEmpty());

        TestFront.until(() -> call.gone);
        call.answer("too late");
        front.predictor.holds = false;
        for (int i = 0; i < 3; i++) {
            assertThat(http2Answer("{}", request.connection())).isEqualTo("{}");
        }
        assertThat(front.predictor.cancelled).hasValue(1);
        assertThat(front.counted.ends).hasSize(3);
    }

    @Test
    void resettingTheStreamInTheMiddleOfTheBodyGivesItsMemoryBack() {
        HttpClientRequest request = http2Request();
        request.setChunked(true).write("{\"a\"");
        TestFront.until(() -> front.budget.used() > 0);
        request.reset(8);

        front.budgetComesBack();
        assertThat(front.counted.ends).isEmpty();
    }

    @Test
    void closingAnHttp2ConnectionCancelsAllOfItsPredictions() {
        front.predictor.holds = true;
        HttpClientRequest first = http2Request();
        first.send("{}");
        http2Request().send("{}");
        front.heldCall(1);
        first.connection().close();

        TestFront.until(() -> front.predictor.cancelled.get() == 2);
        front.heldCall(0).answer("too late");
        front.heldCall(1).answer("too late");
    }

    @Test
    void manyCancelledStreamsAreNotPunished() {
        front.predictor.holds = true;
        HttpClientRequest first = http2Request();
        Future<Buffer> answer = first.response().compose(response -> response.body());
        first.send("{}");
        for (int i = 1; i < 1_000; i++) {
            HttpClientRequest request = http2Request();
            request.send("{}");
            front.heldCall(i);
            request.reset(8);
        }
        front.heldCall(0).answer("{\"still\":1}");

        assertThat(TestFront.await(answer).toString()).isEqualTo("{\"still\":1}");
        front.predictor.held.forEach(call -> call.answer("too late"));
    }

    @Test
    void aCallerWhoDoesNotReadItsReplyIsCutOff() throws Exception {
        front.predictor.answer = body -> new byte[LARGE];
        try (RawCaller caller = new RawCaller(front.port(), 4096)) {
            caller.post("", "{}");
            TestFront.until(() -> front.budget.used() >= LARGE);

            front.budgetComesBack();
            assertThat(caller.socket.getInputStream().readAllBytes().length).isLessThan(LARGE);
        } catch (java.net.SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Test
    void aStreamThatIsNotReadIsResetAndItsConnectionLivesOn() {
        front.predictor.answer = body -> body.length == 2 ? new byte[LARGE] : body;
        HttpClientRequest stuck = http2Request();
        stuck.response().onSuccess(response -> response.pause());
        stuck.send("{}");
        TestFront.until(() -> front.budget.used() >= LARGE);

        front.budgetComesBack();
        assertThat(http2Answer("{\"a\":1}", stuck.connection())).isEqualTo("{\"a\":1}");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 5_000, 100_000})
    void anAnswerOfAnySizeThatIsNotReadEndsItsStreamAlone(int size) throws Exception {
        front.predictor.answer = body -> new byte[size];
        try (RawHttp2 caller = new RawHttp2(front.port(), 0)) {
            caller.post(1, "{}");
            TestFront.until(() -> front.predictor.asked.get() == 1);
            front.predictor.holds = true;
            caller.post(3, "{}").windowUpdate(3, 1_000);
            ScriptedPredictor.Call neighbour = front.heldCall(0);
            assertThatThrownBy(() -> caller.answer(1)).hasMessageContaining("was reset: 8");
            neighbour.answer("{\"n\":3}");

            assertThat(caller.answer(3).status()).isEqualTo(200);
            assertThat(caller.resets(1)).containsExactly(8);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 65_535, 65_536, LARGE})
    void repliesOfAnySizeArriveWhole(int size) throws Exception {
        byte[] reply = new byte[size];
        java.util.Arrays.fill(reply, (byte) 'x');
        front.predictor.answer = body -> reply;

        assertThat(http2Answer("{}", null)).hasSize(size);
        assertThat(front.send(front.request(TestFront.PREDICT).POST(BodyPublishers.ofString("{}")))
                        .body())
                .hasSize(size);
    }

    private HttpClientRequest http2Request() {
        return TestFront.await(http2.request(HttpMethod.POST, front.port(), "127.0.0.1", TestFront.PREDICT));
    }

    /** All on the client's loop, so that no part of the answer slips by. */
    private String http2Answer(String body, HttpConnection connection) {
        return TestFront.await(http2.request(HttpMethod.POST, front.port(), "127.0.0.1", TestFront.PREDICT)
                        .compose(request -> {
                            if (connection != null) {
                                assertThat(request.connection()).isSameAs(connection);
                            }
                            return request.send(body).compose(response -> response.body());
                        }))
                .toString();
    }
}
