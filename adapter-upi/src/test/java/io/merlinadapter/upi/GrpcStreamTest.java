package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import caraml.upi.v1.Upi.PredictValuesRequest;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.merlinadapter.http.exchange.OpenRequests;
import io.merlinadapter.predict.Health;
import io.merlinadapter.upi.TestUpiFront.Answered;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that last, over real connections. */
class GrpcStreamTest {
    private static final String WATCH = "/grpc.health.v1.Health/Watch";
    private static final String CHECK = "/grpc.health.v1.Health/Check";
    private static final Buffer ALL = Buffer.buffer(
            GrpcPrefix.before(HealthCheckRequest.getDefaultInstance().toByteArray()));

    private final TestUpiFront front = new TestUpiFront();

    @AfterEach
    void stop() {
        front.close();
    }

    /** A watcher of health, and what it has heard. */
    private final class Watcher {
        final List<String> heard = new CopyOnWriteArrayList<>();
        final HttpClientRequest request;
        final Future<String> end;

        Watcher(String... headers) {
            request = TestUpiFront.await(front.open(WATCH, headers));
            end = TestUpiFront.listening(request, this::listen);
            request.send(ALL.copy());
        }

        private Future<String> listen(HttpClientResponse response) {
            response.handler(data -> {
                try {
                    heard.add(HealthCheckResponse.parseFrom(data.getBytes(5, data.length()))
                            .getStatus()
                            .name());
                } catch (Exception e) {
                    heard.add(e.toString());
                }
            });
            return response.end()
                    .map(v -> response.getTrailer("grpc-status") + " " + response.getTrailer("grpc-message"));
        }

        void hears(String... statuses) {
            TestUpiFront.until(() -> heard.size() >= statuses.length);
            assertThat(heard).containsExactly(statuses);
        }
    }

    private void become(Health health) {
        front.vertx.runOnContext(v -> front.program.health.become(health));
    }

    @Test
    void aWatcherHearsOfChangesUntilThePortStops() {
        Watcher watcher = new Watcher();
        watcher.hears("SERVING");
        become(Health.notReady("restarting"));
        watcher.hears("SERVING", "NOT_SERVING");
        become(Health.notReady("still"));
        become(Health.READY);
        watcher.hears("SERVING", "NOT_SERVING", "SERVING");

        front.front.stop(Duration.ofSeconds(10));
        assertThat(TestUpiFront.await(watcher.end)).isEqualTo("14 the adapter is stopping");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 8})
    void aWatcherWhoLeavesHarmsNobody(long code) {
        Watcher leaves = new Watcher();
        Watcher stays = new Watcher();
        leaves.hears("SERVING");
        stays.hears("SERVING");
        TestUpiFront.await(leaves.request.reset(code).otherwiseEmpty());
        become(Health.notReady("restarting"));
        stays.hears("SERVING", "NOT_SERVING");
        assertThat(leaves.heard).containsExactly("SERVING");
        assertThat(leaves.request.connection()).isSameAs(stays.request.connection());
    }

    @Test
    void callsThatLastMayHaveAPartOfTheMemoryOnly() {
        try (TestUpiFront small = new TestUpiFront(Duration.ofSeconds(30), 1 << 20)) {
            int most = OpenRequests.most(small.budget.limit() / 8);
            for (int i = 0; i < most; i++) {
                HttpClientRequest watcher = TestUpiFront.await(small.open(WATCH));
                watcher.send(ALL.copy());
                assertThat(TestUpiFront.await(watcher.response()).statusCode()).isEqualTo(200);
            }
            TestUpiFront.Answered refused = small.call(WATCH, ALL.copy());
            assertThat(refused.status()).isEqualTo("8");
            assertThat(refused.message()).startsWith("as many calls of health and reflection are open as may be");
            byte[] empty = PredictValuesRequest.getDefaultInstance().toByteArray();
            assertThat(small.predict(empty).status()).isNotEqualTo("8");
        }
    }

    @Test
    void aMessageThatHasBegunHasToEnd() {
        try (TestUpiFront hurried = new TestUpiFront(Duration.ofMillis(300))) {
            HttpClientRequest request = TestUpiFront.await(hurried.open(CHECK));
            Future<Answered> answer = TestUpiFront.listening(request, TestUpiFront::outcome);
            request.setChunked(true).write(Buffer.buffer(new byte[] {0, 0, 0, 0, 9, 1}));
            assertThat(TestUpiFront.await(answer).status()).isEqualTo("4");
        }
    }

    @Test
    void aDeadlineEndsACallThatWouldLast() {
        Watcher watcher = new Watcher("grpc-timeout", "50m");
        assertThat(TestUpiFront.await(watcher.end)).startsWith("4 ");
    }

    @Test
    void aCallWithoutAMessageOrWithABrokenOneIsAnswered() {
        assertThat(front.call(CHECK, Buffer.buffer()).status()).isEqualTo("13");
        assertThat(front.call(CHECK, ALL.getBuffer(0, 3)).status()).isEqualTo("3");
        Buffer garbage = Buffer.buffer(GrpcPrefix.before(new byte[] {(byte) 0xff}));
        assertThat(front.call(CHECK, garbage).status()).isEqualTo("3");
        Answered huge = front.call(CHECK, Buffer.buffer().appendByte((byte) 0).appendInt(1 << 30));
        assertThat(huge.status()).isEqualTo("8");
        assertThat(huge.message()).contains("1073741824");
    }

    @Test
    void whoAsksMuchAndReadsNothingGetsNoMoreThanIsPaidFor() {
        HttpClientAgent deaf = front.vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(0)));
        Buffer questions = Buffer.buffer();
        byte[] question = ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("caraml.upi.v1.PredictValuesRequest")
                .build()
                .toByteArray();
        for (int i = 0; i < 400; i++) {
            questions.appendBytes(GrpcPrefix.before(question));
        }
        String path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
        for (int i = 0; i < 60; i++) {
            TestUpiFront.await(deaf.request(HttpMethod.POST, front.front.port(), "127.0.0.1", path)
                    .compose(request -> request.putHeader("content-type", "application/grpc")
                            .setChunked(true)
                            .write(questions.copy())));
        }
        TestUpiFront.until(() -> front.budget.used() > 60 * 16_000);
        assertThat(front.call(CHECK, ALL.copy()).status()).isEqualTo("0");
        assertThat(front.budget.used()).as("bytes of 60 times 6 MB").isLessThan(60 * 100_000);
        TestUpiFront.await(deaf.close());
        TestUpiFront.until(() -> front.budget.used() == 0);
    }

    @Test
    void allQuestionsOfOneReadAreAnsweredInOrder() {
        Buffer questions = Buffer.buffer();
        for (int i = 0; i < 300; i++) {
            questions.appendBytes(GrpcPrefix.before(ServerReflectionRequest.newBuilder()
                    .setFileContainingSymbol("caraml.upi.v1.PredictValuesRequest")
                    .build()
                    .toByteArray()));
        }
        Answered all = front.call("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", questions);
        assertThat(all.status()).isEqualTo("0");
        int answers = 0;
        for (int at = 0; at < all.body().length(); at += 5 + all.body().getInt(at + 1)) {
            answers++;
        }
        assertThat(answers).isEqualTo(300);
    }

    @Test
    void aCallUnderWayIsAnsweredWhileThePortStops() throws Exception {
        front.program.holds = true;
        HttpClientRequest request = TestUpiFront.await(front.open(TestUpiFront.PREDICT));
        Future<Answered> answer = TestUpiFront.listening(request, TestUpiFront::outcome);
        request.send(Buffer.buffer(GrpcPrefix.before(new byte[0])));
        TestUpiFront.until(() -> front.program.calls.size() == 1);
        AtomicBoolean toldToGo = new AtomicBoolean();
        request.connection().goAwayHandler(goAway -> toldToGo.set(true));

        Future<Void> stopped = front.front.stop(Duration.ofSeconds(10));
        TestUpiFront.until(toldToGo::get);
        front.program.calls.get(0).answerLate("{\"predictions\":[]}");
        assertThat(TestUpiFront.await(answer).status()).isEqualTo("0");
        TestUpiFront.await(stopped);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 8})
    void aCallerWhoLeavesBeforeTheAnswerIsOnItsWayLosesNoOtherCall(int code) throws Exception {
        OnePacket packet = new OnePacket().call(1, CHECK, ALL).reset(1, code).call(3, CHECK, ALL);
        assertThat(packet.isAnswered(front.front.port(), 3)).isTrue();
    }
}
