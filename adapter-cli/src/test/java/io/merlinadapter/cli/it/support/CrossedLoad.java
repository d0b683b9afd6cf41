package io.merlinadapter.cli.it.support;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Callers over connections of HTTP/1.1 and of HTTP/2, half of them each, on one event loop: the machine is the adapter's. One
 * run at a time, from one thread.
 */
public final class CrossedLoad implements AutoCloseable {
    private static final int CALLERS_EACH = 48;
    private static final int STREAMS = 12;
    /** Ten times what the slowest machine takes. */
    private static final Duration PER_REQUEST = Duration.ofMillis(2);

    private static final Duration AT_LEAST = Duration.ofMinutes(1);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Context loop = vertx.getOrCreateContext();
    private final Wording wording;
    private final Tally tally = new Tally();
    private final List<CrossedCaller> callers = new ArrayList<>();
    private long left;
    private int busy;
    private CompletableFuture<Void> over = new CompletableFuture<>();

    public CrossedLoad(int port, Wording wording, long seed) {
        this.wording = wording;
        HttpClient first = client(HttpVersion.HTTP_1_1, new PoolOptions().setHttp1MaxSize(CALLERS_EACH));
        HttpClient second = client(HttpVersion.HTTP_2, new PoolOptions().setHttp2MaxSize(CALLERS_EACH / STREAMS));
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/v1/models/model-1:predict");
        for (int i = 0; i < 2 * CALLERS_EACH; i++) {
            callers.add(new CrossedCaller(this, i % 2 == 0 ? first : second, request, i, seed + i));
        }
    }

    private HttpClient client(HttpVersion version, PoolOptions pool) {
        return vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setProtocolVersion(version)
                        .setHttp2ClearTextUpgrade(false)
                        .setHttp2MultiplexingLimit(STREAMS))
                .with(pool.setMaxWaitQueueSize(-1))
                .withConnectHandler(connection -> connection.exceptionHandler(this::failed))
                .build();
    }

    /** Has this many requests made, and waits until each has had its end; fails with the first that had a wrong one. */
    public void run(long requests) throws Exception {
        over = new CompletableFuture<>();
        loop.runOnContext(start -> {
            left = requests;
            busy = callers.size();
            callers.forEach(CrossedCaller::call);
        });
        Duration patience = AT_LEAST.plus(PER_REQUEST.multipliedBy(requests));
        over.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    public Wording wording() {
        return wording;
    }

    public Vertx vertx() {
        return vertx;
    }

    public Tally tally() {
        return tally;
    }

    /** Whether the caller that asks is to make another request; if not, it is the last that is heard of it. */
    public boolean more() {
        if (left > 0 && !over.isCompletedExceptionally()) {
            left--;
            return true;
        }
        busy--;
        if (busy == 0) {
            over.complete(null);
        }
        return false;
    }

    public void failed(Throwable why) {
        over.completeExceptionally(new AssertionError(tally.toString(), why));
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
