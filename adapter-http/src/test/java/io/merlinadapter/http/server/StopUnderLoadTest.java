package io.merlinadapter.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.TestFront;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers who don't stop calling while the front does. */
class StopUnderLoadTest {
    private static final int CALLERS = 50;
    private static final int AT_LEAST = 500;
    private static final int PERIOD_MILLIS = 5;

    private final TestFront front = TestFront.onLoops(2);
    private final AtomicInteger answered = new AtomicInteger();
    private int released;
    private volatile boolean enough;

    /** Every prediction takes a moment, so that there are always some under way. */
    @BeforeEach
    void answerSlowly() {
        front.predictor.holds = true;
        front.vertx.setPeriodic(PERIOD_MILLIS, id -> {
            for (int begun = front.predictor.held.size(); released < begun; released++) {
                front.predictor.held.get(released).answer("{}");
            }
        });
    }

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1, true", "HTTP_1_1, false", "HTTP_2, true", "HTTP_2, false"})
    void whateverIsBegunIsAnswered(HttpVersion version, boolean announced) {
        HttpClient client = client(version);
        List<Future<Void>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(callUntilRefused(client));
        }
        TestFront.until(() -> answered.get() > AT_LEAST);
        if (announced) {
            front.front.announceStop();
            int before = answered.get();
            TestFront.until(() -> answered.get() > before + AT_LEAST);
        }
        TestFront.await(front.front.stop(Duration.ofSeconds(15)));
        callers.forEach(TestFront::await);

        assertThat(front.predictor.asked).hasValue(answered.get());
        TestFront.await(client.close());
    }

    @ParameterizedTest
    @CsvSource({"HTTP_1_1", "HTTP_2"})
    void shuttingAndReopeningLosesNothing(HttpVersion version) {
        HttpClient client = client(version);
        List<Future<Void>> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(callUntilEnough(client));
        }
        TestFront.until(() -> answered.get() > AT_LEAST);
        for (int i = 0; i < 50; i++) {
            TestFront.await(front.front.shut());
            int before = answered.get();
            TestFront.await(front.front.reopen());
            TestFront.until(() -> answered.get() > before + CALLERS);
        }
        enough = true;
        callers.forEach(TestFront::await);

        assertThat(front.predictor.asked).hasValue(answered.get());
        TestFront.await(client.close());
    }

    /**
     * Comes again while there is no connection to be had: connects are refused, or reset, which they are in the moment
     * between the last look at the system's queue and the closing. Over HTTP/2 that comes before the connection may be used;
     * over HTTP/1 the request may have been written by then. Anything else that fails is a loss.
     */
    private Future<Void> callUntilEnough(HttpClient client) {
        if (enough) {
            return Future.succeededFuture();
        }
        AtomicBoolean connected = new AtomicBoolean();
        return call(client, connected).transform(answer -> {
            if (answer.succeeded()) {
                answered.incrementAndGet();
            } else if (connected.get() && !(answer.cause() instanceof SocketException)) {
                return Future.failedFuture(answer.cause());
            }
            Promise<Void> next = Promise.promise();
            front.vertx.setTimer(1, id -> callUntilEnough(client).onComplete(next));
            return next.future();
        });
    }

    private HttpClient client(HttpVersion version) {
        return front.vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false),
                new PoolOptions().setHttp1MaxSize(CALLERS).setHttp2MaxSize(4));
    }

    private Future<Void> callUntilRefused(HttpClient client) {
        return call(client, new AtomicBoolean()).transform(answer -> {
            if (answer.failed()) {
                return Future.succeededFuture();
            }
            answered.incrementAndGet();
            return callUntilRefused(client);
        });
    }

    private Future<Buffer> call(HttpClient client, AtomicBoolean connected) {
        return client.request(HttpMethod.POST, front.port(), "127.0.0.1", TestFront.PREDICT)
                .onSuccess(request -> connected.set(true))
                .compose(request -> request.send("{\"a\":1}")
                        .expecting(response -> response.statusCode() == 200)
                        .compose(response -> response.body()));
    }
}
