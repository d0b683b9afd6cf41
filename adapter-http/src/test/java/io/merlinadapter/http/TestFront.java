package io.merlinadapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.http.exchange.FrontServices;
import io.merlinadapter.http.exchange.FrontSettings;
import io.merlinadapter.http.exchange.ModelNames;
import io.merlinadapter.http.exchange.PassedHeaders;
import io.merlinadapter.http.routes.JsonRoutes;
import io.merlinadapter.http.routes.PortRouter;
import io.merlinadapter.http.server.Front;
import io.merlinadapter.http.server.FrontTransport;
import io.merlinadapter.http.server.PortSettings;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.MetricsPage.Page;
import io.merlinadapter.trace.Tracing;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A front on a free port, with a scripted predictor behind it, and the usual ways to call it. */
public final class TestFront implements AutoCloseable {
    public static final ModelNames NAMES = new ModelNames("surge-7-r2", "surge-7");
    public static final String PREDICT = "/v1/models/surge-7-r2:predict";

    private static final int MANY = 10_000;

    public final Vertx vertx =
            Vertx.builder().withTransport(new FrontTransport()).build();
    public final MemoryBudget budget;
    /** What pays for connections, apart from {@link #budget}, so that a test can see what its requests cost. */
    public final MemoryBudget connections;

    public final ScriptedPredictor predictor;
    public final Counted counted = new Counted();
    public final FrontServices services;
    public final Front front;
    public final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private TestFront(Duration timeout, int maxBody, int loops, long memory) {
        this(timeout, maxBody, loops, memory, MANY, 256L * 1024 * 1024, null);
    }

    private TestFront(
            Duration timeout,
            int maxBody,
            int loops,
            long memory,
            int maxConnections,
            long memoryOfConnections,
            @Nullable Tracing tracing) {
        budget = new MemoryBudget(memory);
        connections = new MemoryBudget(memoryOfConnections);
        predictor = new ScriptedPredictor(budget);
        services = new FrontServices(
                predictor,
                budget,
                counted,
                accept -> new Page("text/plain; version=0.0.4", "up 1 # " + accept + "\n"),
                System::nanoTime,
                tracing);
        FrontSettings settings = new FrontSettings(NAMES, timeout, maxBody, PASSED);
        front = await(Front.listen(
                vertx,
                new PortSettings("127.0.0.1", 0, timeout, loops, maxConnections, connections),
                PortRouter.of(settings, services, JsonRoutes::new)));
    }

    private static final PassedHeaders PASSED = new PassedHeaders(List.of("X-Request-Id", "traceparent"));

    /** With so many connections at most, and so much memory for them and what is half received on them. */
    public static TestFront withConnections(int most, long memory) {
        return new TestFront(Duration.ofSeconds(30), 1024 * 1024, 1, 32L * 1024 * 1024, most, memory, null);
    }

    public static TestFront traced(Tracing tracing) {
        return new TestFront(
                Duration.ofSeconds(30), 1024 * 1024, 1, 32L * 1024 * 1024, MANY, 256L * 1024 * 1024, tracing);
    }

    public static TestFront start() {
        return with(Duration.ofSeconds(30), 1024 * 1024);
    }

    public static TestFront with(Duration timeout, int maxBody) {
        return new TestFront(timeout, maxBody, 1, 32L * 1024 * 1024);
    }

    public static TestFront with(Duration timeout, int maxBody, long memory) {
        return new TestFront(timeout, maxBody, 1, memory);
    }

    public static TestFront withMemory(long memory) {
        return new TestFront(Duration.ofSeconds(30), 1024 * 1024, 1, memory);
    }

    public static TestFront onLoops(int loops) {
        return new TestFront(Duration.ofSeconds(30), 1024 * 1024, loops, 32L * 1024 * 1024);
    }

    public int port() {
        return front.port();
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port() + path;
    }

    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path))).timeout(Duration.ofSeconds(20));
    }

    public HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    public HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    public CompletableFuture<HttpResponse<String>> postLater(String body) {
        return client.sendAsync(
                request(PREDICT).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    public RawCaller raw() throws IOException {
        return new RawCaller(port());
    }

    public ScriptedPredictor.Call heldCall(int index) {
        until(() -> predictor.held.size() > index);
        return predictor.held.get(index);
    }

    public void budgetComesBack() {
        until(() -> budget.used() == 0);
    }

    public static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    public static <T> T await(Future<T> future) {
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
    }
}
