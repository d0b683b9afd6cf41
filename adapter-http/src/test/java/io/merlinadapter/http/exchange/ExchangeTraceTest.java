package io.merlinadapter.http.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.TestFront;
import io.merlinadapter.predict.CallTrace;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.trace.TracedCall;
import io.merlinadapter.trace.TracedCall.CallEnd;
import io.merlinadapter.trace.Tracing;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a front tells of calls that are traced. */
class ExchangeTraceTest {
    private static final String SAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final Recorder recorder = new Recorder();

    /** Traces all but those that say no. */
    private static final class Recorder implements Tracing {
        final List<String> begun = new CopyOnWriteArrayList<>();
        final BlockingQueue<CallEnd> ended = new LinkedBlockingQueue<>();

        @Override
        public @Nullable TracedCall begin(String name, Parent parent, long sinceNanos) {
            begun.add(name + " " + parent.traceParent() + " " + parent.traceState());
            return "no".equals(parent.traceParent()) ? null : new Recorded();
        }

        private final class Recorded implements TracedCall {
            @Override
            public void ended(long now, CallEnd end) {
                ended.add(end);
            }

            @Override
            public void queued(long now) {}

            @Override
            public void sent(long now, int worker, int batchSize) {}

            @Override
            public void sharesLine(CallTrace first) {}

            @Override
            public void left(long now, @Nullable FailureKind why) {}
        }
    }

    private static int post(TestFront front, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = front.request(path).POST(BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return front.client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }

    private CallEnd end() throws InterruptedException {
        CallEnd end = recorder.ended.poll(20, TimeUnit.SECONDS);
        assertThat(end).isNotNull();
        return end;
    }

    @Test
    void eachEndIsToldOnceWithWhatTheCallerKnows() throws Exception {
        try (TestFront front = TestFront.traced(recorder)) {
            String id = "r".repeat(1000);
            assertThat(post(
                            front,
                            TestFront.PREDICT,
                            "{}",
                            "traceparent",
                            SAMPLED,
                            "tracestate",
                            "a=1",
                            "x-request-id",
                            id))
                    .isEqualTo(200);
            assertThat(recorder.begun).containsExactly("POST /v1/models/{model}:predict " + SAMPLED + " a=1");
            CallEnd good = end();
            assertThat(good.requestId()).hasSizeLessThanOrEqualTo(AccessLine.LONGEST_ID);
            assertThat(good)
                    .isEqualTo(new CallEnd(
                            false,
                            "/v1/models/{model}:predict",
                            TestFront.PREDICT,
                            "1.1",
                            200,
                            null,
                            good.requestId(),
                            null));

            assertThat(post(front, TestFront.PREDICT, "{")).isEqualTo(400);
            assertThat(end()).satisfies(bad -> {
                assertThat(bad.code()).isEqualTo(400);
                assertThat(bad.failure()).isEqualTo(FailureKind.INVALID_REQUEST);
                assertThat(bad.requestId()).isNull();
            });

            String longPath = "/v1/models/" + "x".repeat(2000) + ":predict";
            assertThat(post(front, longPath, "{}")).isEqualTo(404);
            assertThat(end()).satisfies(unknown -> {
                assertThat(unknown.failure()).isEqualTo(FailureKind.UNKNOWN_MODEL);
                assertThat(unknown.route()).isEqualTo("/v1/models/{model}:predict");
                assertThat(unknown.path()).hasSizeLessThanOrEqualTo(AccessLine.LONGEST_PATH);
            });
            assertThat(recorder.ended).isEmpty();
        }
    }

    @Test
    void whatIsNotTracedAndWhatIsNoPredictionTellsNothing() throws Exception {
        try (TestFront front = TestFront.traced(recorder)) {
            assertThat(post(front, TestFront.PREDICT, "{}", "traceparent", "no"))
                    .isEqualTo(200);
            assertThat(recorder.begun).hasSize(1);
            front.client.send(front.request("/metrics").build(), BodyHandlers.discarding());
            front.client.send(front.request("/").build(), BodyHandlers.discarding());
            assertThat(post(front, "/nowhere", "{}")).isEqualTo(404);
            assertThat(recorder.begun).hasSize(1);
            assertThat(recorder.ended).isEmpty();
        }
    }
}
