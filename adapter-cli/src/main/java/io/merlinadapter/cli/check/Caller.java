package io.merlinadapter.cli.check;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Calls the adapter over its ports, as others do. Has an event loop of its own; its methods that wait are not for that. */
final class Caller implements AutoCloseable {
    static final int MOST_CONNECTIONS = 64;
    private static final String HOST = "127.0.0.1";
    private static final String TIMEOUT = "x-request-timeout-ms";
    private static final String REQUEST_ID = "x-request-id";
    private static final int GRPC_PREFIX = 5;
    /** The adapter answers at the deadline; an answer that is much later will not come. */
    private static final long SPARE_MILLIS = 2000;

    private final Vertx vertx;
    private final HttpClient http;
    private final HttpClient http2;
    private final LongSupplier clock;
    private final Context context;
    private final CompletableFuture<Long> thread = new CompletableFuture<>();
    private final AtomicLong requests = new AtomicLong();

    Caller(LongSupplier clock) {
        this.clock = clock;
        vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        context = vertx.getOrCreateContext();
        context.runOnContext(v -> thread.complete(Thread.currentThread().getId()));
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(MOST_CONNECTIONS).setEventLoopSize(1);
        http = vertx.createHttpClient(new HttpClientOptions(), pool);
        http2 = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false), pool);
    }

    /**
     * A call that can be made again and again.
     *
     * @param grpc whether the body is a message of gRPC
     */
    record Target(int port, String path, boolean grpc) {}

    /** On which all calls are made that are not waited for. */
    Context context() {
        return context;
    }

    /** The number of the thread that makes calls. */
    long thread() {
        return thread.join();
    }

    /** An id that no other request of this check has. */
    String nextId() {
        return "check-" + requests.incrementAndGet();
    }

    /** Calls, and does not wait. */
    Future<Answer> send(Target target, Buffer body, Duration deadline, String id) {
        long begun = clock.getAsLong();
        RequestOptions options = options(HttpMethod.POST, target.port(), target.path())
                .putHeader(REQUEST_ID, id)
                .putHeader(TIMEOUT, Long.toString(deadline.toMillis()));
        return target.grpc() ? grpc(options, body, begun) : post(options, body, begun);
    }

    private static RequestOptions options(HttpMethod method, int port, String path) {
        return new RequestOptions()
                .setMethod(method)
                .setHost(HOST)
                .setPort(port)
                .setURI(path);
    }

    private Future<Answer> post(RequestOptions options, Buffer body, long begun) {
        options.putHeader("content-type", "application/json");
        return http.request(options)
                .compose(request -> request.send(body).compose(received -> answer(received, begun, false)));
    }

    private Future<Answer> grpc(RequestOptions options, Buffer message, long begun) {
        options.putHeader("content-type", "application/grpc").putHeader("te", "trailers");
        Buffer framed = Buffer.buffer(GRPC_PREFIX + message.length())
                .appendByte((byte) 0)
                .appendInt(message.length())
                .appendBuffer(message);
        return http2.request(options)
                .compose(request -> request.send(framed).compose(received -> answer(received, begun, true)));
    }

    /** To be called on the request's own loop: of an answer that came before its body was asked for nothing is left. */
    private Future<Answer> answer(HttpClientResponse response, long begun, boolean grpc) {
        return response.body().map(received -> answer(response, received, begun, grpc));
    }

    private Answer answer(HttpClientResponse response, Buffer received, long begun, boolean grpc) {
        long nanos = clock.getAsLong() - begun;
        if (!grpc) {
            return new Answer(response.statusCode(), received, nanos, null);
        }
        String status = trailer(response, "grpc-status");
        boolean good = status.equals("0") && received.length() >= GRPC_PREFIX;
        Buffer body = good
                ? received.getBuffer(GRPC_PREFIX, received.length())
                : Buffer.buffer(trailer(response, "grpc-message"));
        return new Answer(response.statusCode(), body, nanos, status);
    }

    /** An error without a message has its trailers as its headers. */
    private static String trailer(HttpClientResponse response, String name) {
        String value = response.trailers().get(name);
        return Objects.requireNonNullElse(value == null ? response.getHeader(name) : value, "");
    }

    /** Calls, and waits for the answer. */
    Answer ask(Target target, Buffer body, Duration deadline, String id) throws InterruptedException {
        return await(send(target, body, deadline, id), deadline.toMillis() + SPARE_MILLIS);
    }

    /** Asks for a page. */
    Answer get(int port, String path) throws InterruptedException {
        long begun = clock.getAsLong();
        return await(page(port, path, begun), SPARE_MILLIS);
    }

    /** As {@link #get}, and does not wait. */
    Future<Answer> page(int port, String path, long begun) {
        return http.request(options(HttpMethod.GET, port, path))
                .compose(request -> request.send().compose(received -> answer(received, begun, false)));
    }

    /** Calls, and leaves at once. */
    void leave(Target target, Buffer body) throws InterruptedException {
        Answer unused = await(leave(call(target, body)), SPARE_MILLIS);
    }

    /** Calls, to leave later. */
    Future<HttpClientRequest> call(Target target, Buffer body) {
        RequestOptions options =
                options(HttpMethod.POST, target.port(), target.path()).putHeader("content-type", "application/json");
        return http.request(options).compose(request -> request.end(body).map(request));
    }

    /** Leaves a call that was made, whether it has been answered by now or not. */
    Future<Answer> leave(Future<HttpClientRequest> call) {
        return call.compose(request -> request.reset().map(new Answer(0, Buffer.buffer(), 0, null)));
    }

    Answer await(Future<Answer> answer, long millis) throws InterruptedException {
        long begun = clock.getAsLong();
        try {
            return answer.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            return new Answer(0, Buffer.buffer(String.valueOf(e.getCause())), clock.getAsLong() - begun, null);
        } catch (TimeoutException e) {
            return new Answer(0, Buffer.buffer("no answer"), clock.getAsLong() - begun, null);
        }
    }

    @Override
    public void close() {
        Future<Void> unused = vertx.close();
    }
}
