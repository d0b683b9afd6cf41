package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.RawCaller;
import io.merlinadapter.http.RawHttp2;
import io.merlinadapter.http.TestFront;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Between {@link Front#announceStop} and {@link Front#stop}. */
class AnnouncedStopTest {
    private final TestFront front = TestFront.start();

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void everyHttp1AnswerIsTheLastOnItsConnectionAndNewOnesAreAccepted(int loops) throws Exception {
        TestFront leaving = TestFront.onLoops(loops);
        try (RawCaller old = leaving.raw()) {
            assertThat(old.post("", "{}").response()).doesNotContainIgnoringCase("connection:");
            leaving.front.announceStop();
            leaving.front.announceStop();

            assertThat(old.post("", "{}").response())
                    .startsWith("HTTP/1.1 200 ")
                    .containsOnlyOnce("connection: close");
            assertThat(old.isClosedByServer()).isTrue();
        }
        for (int i = 0; i < 4; i++) {
            try (RawCaller fresh = leaving.raw()) {
                assertThat(fresh.post("", "{\"a\":1}").response())
                        .startsWith("HTTP/1.1 200 ")
                        .contains("connection: close")
                        .endsWith("{\"a\":1}");
                assertThat(fresh.isClosedByServer()).isTrue();
            }
        }
        leaving.close();
    }

    @Test
    void http2CallersNoticeNothingUntilTheStop() throws Exception {
        try (RawHttp2 caller = new RawHttp2(front.port())) {
            caller.post(1, "{}").answer(1);
            front.front.announceStop();
            for (int stream = 3; stream < 20; stream += 2) {
                assertThat(caller.post(stream, "{}").answer(stream)).isEqualTo(new RawHttp2.Answer(200, "{}"));
            }
            assertThat(caller.hasGoAway()).isFalse();
            front.front.stop(Duration.ofSeconds(15));

            assertThat(caller.goAway()).isEqualTo(Integer.MAX_VALUE);
            assertThat(caller.goAway()).isEqualTo(19);
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/metrics", "/v1/models", "/v1/models/surge-7", "/v1/models/other", "/nowhere"})
    void plainRoutesAreTheLastOnTheirConnectionToo(String path) throws Exception {
        front.front.announceStop();
        try (RawCaller caller = front.raw()) {
            assertThat(caller.get(path).response()).containsOnlyOnce("connection: close");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aCallerOfHttp10WhoAskedToStayIsToldToGo() throws Exception {
        front.front.announceStop();
        try (RawCaller caller = front.raw()) {
            caller.send(
                    "POST " + TestFront.PREDICT + " HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(caller.response())
                    .startsWith("HTTP/1.0 200 ")
                    .containsOnlyOnce("connection: close")
                    .doesNotContain("keep-alive");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aRequestPipelinedBehindTheLastAnswerIsNotBegun() throws Exception {
        front.front.announceStop();
        try (RawCaller caller = front.raw()) {
            String request = "POST " + TestFront.PREDICT + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
            caller.send(request.repeat(3));

            assertThat(caller.response()).startsWith("HTTP/1.1 200 ").contains("connection: close");
            assertThat(caller.isClosedByServer()).isTrue();
        }
        assertThat(front.predictor.asked).hasValue(1);
    }

    @Test
    void nothingIsBegunBehindAPlainAnswer() throws Exception {
        front.front.announceStop();
        try (RawCaller caller = front.raw()) {
            caller.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nPOST " + TestFront.PREDICT
                    + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}");

            assertThat(caller.response()).startsWith("HTTP/1.1 200 ").contains("connection: close");
            assertThat(caller.isClosedByServer()).isTrue();
        }
        assertThat(front.predictor.asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/other:predict", "/nowhere", "/"})
    void theBodyOfARefusedRequestIsReadBeforeTheConnectionIsClosed(String path) throws Exception {
        front.front.announceStop();
        try (RawCaller caller = front.raw()) {
            caller.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
            assertThat(caller.response()).matches("(?s)HTTP/1.1 40[45] .*").contains("connection: close");
            caller.send("56789");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aPortThatWasShutAndReopenedStillSaysGoodbye() throws Exception {
        front.front.announceStop();
        TestFront.await(front.front.shut());
        TestFront.await(front.front.reopen());
        try (RawCaller caller = front.raw()) {
            assertThat(caller.post("", "{}").response()).contains("connection: close");
            assertThat(caller.isClosedByServer()).isTrue();
        }
    }
}
