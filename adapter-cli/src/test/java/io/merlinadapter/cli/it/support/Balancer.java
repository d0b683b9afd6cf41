package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A real HAProxy before adapters, which asks for their readiness and repeats nothing: like a Service of Kubernetes, if quicker
 * to notice. Close it to end it; its folder is the caller's.
 */
public final class Balancer implements AutoCloseable {
    /** Where Debian has it; not every user's PATH leads there. */
    private static final Path DEBIANS = Path.of("/usr/sbin/haproxy");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final int port = AdapterProcess.freePort();
    private final Process process;

    public Balancer(Path folder, List<AdapterProcess> adapters) {
        StringBuilder servers = new StringBuilder();
        adapters.forEach(adapter -> servers.append("  server s")
                .append(adapter.port())
                .append(" 127.0.0.1:")
                .append(adapter.port())
                .append('\n'));
        try {
            Path configuration = Files.writeString(folder.resolve("haproxy.cfg"), """
                    defaults
                      mode http
                      retries 0
                      timeout connect 10s
                      timeout client 60s
                      timeout server 60s
                      timeout check 60s
                    frontend callers
                      bind 127.0.0.1:%d
                      default_backend adapters
                    backend adapters
                      balance roundrobin
                      option httpchk GET /v1/models/model-1
                      default-server check inter 300ms fall 1 rise 1
                    """.formatted(port) + servers);
            String haproxy = Files.exists(DEBIANS) ? DEBIANS.toString() : "haproxy";
            process = new ProcessBuilder(List.of(haproxy, "-db", "-f", configuration.toString()))
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(folder.resolve("haproxy.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("can't run haproxy; scripts/install-tools brings it", e);
        }
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Whether it listens, and has found an adapter that is ready. */
    public boolean isReady() {
        try {
            HttpRequest asked =
                    HttpRequest.newBuilder(uri("/v1/models/model-1")).build();
            return CLIENT.send(asked, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        Processes.end(process);
    }
}
