package io.merlinadapter.cli.it.support;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.TimeUnit;

/** A caller with a connection of its own who leaves when told to: HTTP/1.1 by closing it, HTTP/2 by RST_STREAM. */
public final class PassingCaller implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClientRequest request;
    private final Future<HttpClientResponse> answer;

    private PassingCaller(AdapterProcess adapter, HttpVersion version, String body) throws Exception {
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
        request = client.request(HttpMethod.POST, adapter.port(), "127.0.0.1", "/v1/models/model-1:predict")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        answer = request.send(body);
    }

    public static PassingCaller posts(Supervised adapter, HttpVersion version, String body) throws Exception {
        return new PassingCaller(adapter.process(), version, body);
    }

    public boolean isAnswered() {
        return answer.isComplete();
    }

    /** Leaves; the code is for those who speak HTTP/2. */
    public void leave(long code) {
        request.reset(code);
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
