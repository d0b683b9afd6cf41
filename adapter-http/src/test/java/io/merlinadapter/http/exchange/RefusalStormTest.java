package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.TestFront;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** So many are refused at once that most of these answers are held back. */
class RefusalStormTest {
    private static final int MANY = 900;

    private final TestFront front = TestFront.start();
    private final HttpClient http2 = front.vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false),
            new PoolOptions().setHttp2MaxSize(8));
    private final HttpClient http1 = front.vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(MANY));

    RefusalStormTest() {
        front.predictor.failure = PredictException.overloaded("too many wait", TimeUnit.SECONDS.toNanos(30));
    }

    @AfterEach
    void stop() {
        front.budgetComesBack();
        front.close();
    }

    private List<Future<HttpClientRequest>> storm(HttpClient client) {
        List<Future<HttpClientRequest>> requests = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            requests.add(client.request(HttpMethod.POST, front.port(), "localhost", TestFront.PREDICT));
        }
        return requests;
    }

    private void isToldAll(HttpClient client) {
        List<Future<Buffer>> answers = new ArrayList<>();
        for (Future<HttpClientRequest> request : storm(client)) {
            answers.add(request.compose(made -> made.send("{}").compose(answer -> {
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.getHeader("retry-after")).isEqualTo("31");
                return answer.body();
            })));
        }
        for (Future<Buffer> answer : answers) {
            assertThat(TestFront.await(answer).toString()).contains("too many wait");
        }
        assertThat(front.predictor.asked).hasValue(MANY);
        assertThat(front.counted.ends).hasSize(MANY);
    }

    @Test
    void everyoneIsToldOverHttp2() {
        isToldAll(http2);
    }

    @Test
    void everyoneIsToldOverHttp1() {
        isToldAll(http1);
    }

    @Test
    void whoLeavesMeanwhileHarmsNobody() throws Exception {
        List<Future<HttpClientResponse>> answers = new ArrayList<>();
        for (Future<HttpClientRequest> made : storm(http2)) {
            HttpClientRequest request = TestFront.await(made);
            answers.add(request.send("{}"));
            int told = front.predictor.asked.get();
            if (answers.size() % 2 == 0) {
                TestFront.until(
                        () -> front.predictor.asked.get() > told || front.predictor.asked.get() == answers.size());
                request.reset();
            }
        }
        for (int i = 0; i < answers.size(); i += 2) {
            assertThat(TestFront.await(answers.get(i)).statusCode()).isEqualTo(503);
        }
        front.predictor.failure = null;
        assertThat(front.post(TestFront.PREDICT, "{}").statusCode()).isEqualTo(200);
    }

    @Test
    void aStopTellsWhoIsStillHeldBack() {
        List<Future<HttpClientResponse>> answers = new ArrayList<>();
        for (Future<HttpClientRequest> made : storm(http2)) {
            answers.add(made.compose(request -> request.send("{}")));
        }
        TestFront.until(() -> front.predictor.asked.get() == MANY);
        TestFront.await(front.front.stop(Duration.ofSeconds(20)));
        for (Future<HttpClientResponse> answer : answers) {
            assertThat(TestFront.await(answer).statusCode()).isEqualTo(503);
        }
    }
}
