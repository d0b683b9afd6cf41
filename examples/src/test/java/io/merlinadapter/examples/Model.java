package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * An example that is served as Merlin would serve it, by the command or by a container: where it is, and what it has
 * written. Close it to stop it.
 */
abstract class Model implements AutoCloseable {
    /** The version in all tests; the name is the example's folder. */
    static final String VERSION = "3";

    private static final Duration PATIENCE = AdapterProcess.PATIENCE;
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String name;

    Model(String name) {
        this.name = name;
    }

    /** {@code path} on the port of HTTP_JSON. */
    abstract URI http(String path);

    /** {@code path} on the port of UPI_V1. */
    abstract URI upi(String path);

    /** What adapter and program have written so far. */
    abstract String log();

    @Override
    public abstract void close();

    final String name() {
        return name;
    }

    /** As Merlin makes it, with a revision. */
    final String fullName() {
        return fullName(name);
    }

    static String fullName(String name) {
        return name + "-" + VERSION + "-r2";
    }

    /** A prediction by HTTP_JSON. */
    final HttpResponse<String> predict(String body) {
        return post(http("/v1/models/" + fullName() + ":predict"), body);
    }

    /** A prediction by UPI_V1, in its JSON. */
    final HttpResponse<String> predictUpi(String body) {
        return post(upi("/v1/predict"), body);
    }

    final HttpResponse<String> get(URI where) {
        return send(HttpRequest.newBuilder(where));
    }

    final HttpResponse<String> post(URI where, String body) {
        return send(HttpRequest.newBuilder(where)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return CLIENT.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("no answer; it wrote:\n" + log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
