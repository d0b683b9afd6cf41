package io.merlinadapter.upi;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.exchange.FrontServices;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.exchange.ModelNames;
import io.merlinadapter.http.exchange.PassedHeaders;
import io.merlinadapter.http.routes.PortRouter;
import io.merlinadapter.http.server.Front;
import io.merlinadapter.http.server.FrontTransport;
import io.merlinadapter.http.server.PortSettings;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.AdapterMetrics;
import io.merlinadapter.metrics.MetricsPage.Page;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.upi.table.PayloadKind;
import io.merlinadapter.upi.table.UpiPayload;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A UPI_V1 port whose predictor is scripted, and callers that speak HTTP/2 to it, frame by frame if need be. */
final class TestUpiFront implements AutoCloseable {
    static final String PREDICT = "/caraml.upi.v1.UniversalPredictionService/PredictValues";
    static final int MAX_BODY = 1 << 20;

    final Vertx vertx = Vertx.builder().withTransport(new FrontTransport()).build();
    final MemoryBudget budget;
    final ScriptedProgram program;
    final List<String> ends = new CopyOnWriteArrayList<>();
    final Front front;
    final HttpClientAgent client = vertx.createHttpClient(
            new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));

    TestUpiFront() {
        this(Duration.ofSeconds(30));
    }

    TestUpiFront(Duration timeout) {
        this(timeout, 32 << 20);
    }

    TestUpiFront(Duration timeout, long memory) {
        budget = new MemoryBudget(memory);
        program = new ScriptedProgram(budget);
        AdapterMetrics counted = new AdapterMetrics() {
            @Override
            public void requestEnded(String protocol, int code, Outcome outcome, long nanos) {
                ends.add(protocol + " " + code + " " + outcome);
            }

            @Override
            public void predictionFailed(FailureKind kind) {
                ends.add(kind.name());
            }
        };
        FrontServices services = new FrontServices(
                program, budget, counted, accept -> new Page("text/plain", "up 1\n"), System::nanoTime);
        PassedHeaders passed = new PassedHeaders(List.of("turing-req-id"));
        FrontSettings settings = new FrontSettings(new ModelNames("m-1-r2", "m-1"), timeout, MAX_BODY, passed);
        UpiPayload payload = new UpiPayload(PayloadKind.INSTANCES, "m", "1", budget, MAX_BODY, MAX_BODY, foreign -> {});
        front = await(Front.listen(
                vertx,
                new PortSettings("127.0.0.1", 0, timeout, 1, 10_000, new MemoryBudget(256L * 1024 * 1024)),
                PortRouter.of(settings, services, exchanges -> new UpiRoutes(exchanges, payload))));
    }

    /** What came of a call. */
    record Answered(int http, @Nullable String status, String message, Buffer body) {
        /** The only message, without its prefix. */
        byte[] reply() {
            assertThat(status).as(message).isEqualTo("0");
            assertThat(body.getByte(0)).isZero();
            assertThat(body.getInt(1)).isEqualTo(body.length() - 5);
            return body.getBytes(5, body.length());
        }
    }

    Future<HttpClientRequest> open(String path, String... headers) {
        return client.request(HttpMethod.POST, front.port(), "127.0.0.1", path).map(request -> {
            request.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
            for (int i = 0; i < headers.length; i += 2) {
                request.putHeader(headers[i], headers[i + 1]);
            }
            return request;
        });
    }

    /** Makes a call whose body is these bytes, prefix and all. */
    Answered call(String path, Buffer body, String... headers) {
        return await(open(path, headers).compose(request -> request.send(body).compose(TestUpiFront::outcome)));
    }

    Answered predict(byte[] message, String... headers) {
        return call(PREDICT, Buffer.buffer(GrpcPrefix.before(message)), headers);
    }

    /**
     * What the caller makes of the answer, to be said before the request is sent: of an answer that
     * came before anybody listened Vert.x gives nothing.
     */
    static <T> Future<T> listening(HttpClientRequest request, Function<HttpClientResponse, Future<T>> listener) {
        return request.response().compose(listener);
    }

    /** The status is read where every hop passes it on: in the trailers. */
    static Future<Answered> outcome(HttpClientResponse response) {
        return response.body().map(body -> {
            assertThat(response.getHeader("grpc-status")).isNull();
            String status = response.getTrailer("grpc-status");
            String message = response.getTrailer("grpc-message");
            String text = message == null ? "" : URLDecoder.decode(message.replace("+", "%2B"), StandardCharsets.UTF_8);
            return new Answered(response.statusCode(), status, text, body);
        });
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + front.port() + path);
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        await(front.stop(Duration.ZERO));
        await(vertx.close());
        assertThat(budget.used()).as("bytes still paid for").isZero();
    }
}
