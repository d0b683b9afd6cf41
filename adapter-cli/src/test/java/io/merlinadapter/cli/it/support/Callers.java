package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** Callers of the HTTP port, one or many at a time. */
public final class Callers {
    private static final Duration PATIENCE = AdapterProcess.PATIENCE;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    /** A request that is broken off may take with it a connection that its client has lent to another one by then. */
    private final HttpClient hasty =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI predict;
    private final UnaryOperator<String> question;

    public Callers(AdapterProcess adapter) {
        this(adapter, UnaryOperator.identity());
    }

    /** @param question makes what is sent of what is asked for */
    public Callers(AdapterProcess adapter, UnaryOperator<String> question) {
        this.question = question;
        this.predict = adapter.uri("/v1/models/model-1:predict");
    }

    /** Of something else than an adapter, at this place. */
    public Callers(URI predict) {
        this.question = UnaryOperator.identity();
        this.predict = predict;
    }

    public HttpResponse<String> post(String body) {
        return send(request(body).build());
    }

    /** Another path of the same port. */
    public HttpResponse<String> get(String path) {
        return send(
                HttpRequest.newBuilder(predict.resolve(path)).timeout(PATIENCE).build());
    }

    /** A call that its caller wants answered within {@code deadline}. */
    public HttpResponse<String> post(String body, Duration deadline) {
        return send(request(body)
                .header("X-Request-Timeout-Ms", Long.toString(deadline.toMillis()))
                .build());
    }

    /** A call whose caller leaves after {@code patience}, whatever there is by then. */
    public void postAndLeave(String body, Duration patience) {
        try {
            hasty.send(request(body).timeout(patience).build(), HttpResponse.BodyHandlers.discarding());
        } catch (IOException left) {
            // As was meant; or another one has left on the same connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpRequest.Builder request(String body) {
        return HttpRequest.newBuilder(predict)
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(question.apply(body)));
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** One call of many. */
    public interface Caller {
        void call(int number);
    }

    /** Has {@code callers} threads make {@code calls} calls; fails with the first failure of any. */
    public static void together(int callers, int calls, Caller caller) throws InterruptedException {
        together(callers, n -> n < calls, caller);
    }

    /** Has {@code callers} threads make calls for {@code time}; fails with the first failure of any. */
    public static void during(int callers, Duration time, Caller caller) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        together(callers, n -> System.nanoTime() < end, caller);
    }

    /** Has {@code callers} threads make calls until it is {@code enough}; fails with the first failure of any. */
    public static void until(int callers, BooleanSupplier enough, Caller caller) throws InterruptedException {
        together(callers, n -> !enough.getAsBoolean(), caller);
    }

    private static void together(int callers, IntPredicate more, Caller caller) throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(callers);
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        for (int i = 0; i < callers; i++) {
            threads.execute(() -> {
                try {
                    for (int n = next.getAndIncrement(); more.test(n) && failure.get() == null; ) {
                        caller.call(n);
                        n = next.getAndIncrement();
                    }
                } catch (RuntimeException | Error e) {
                    failure.compareAndSet(null, e);
                }
            });
        }
        threads.shutdown();
        boolean ended = threads.awaitTermination(20, TimeUnit.MINUTES);
        threads.shutdownNow();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        if (!ended) {
            throw new AssertionError("calls are still open after 20 minutes");
        }
    }
}
