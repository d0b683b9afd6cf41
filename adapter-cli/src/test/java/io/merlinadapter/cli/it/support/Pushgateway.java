package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real Pushgateway on a port of 127.0.0.1. Close it to end it; its folder is the caller's. */
public final class Pushgateway implements AutoCloseable {
    /** Who it lets in where it asks. */
    public static final String LOGIN = "pusher:geheim";

    private static final String HASHED = "$2b$04$tKMJUdJHSytQD3a/LRdpMuRNGtWbl7da3vcq5rCDZ12HfxXcyqE4S";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final int port;
    private final Path log;

    public Pushgateway(Path folder, int port) {
        this(folder, port, "", List.of());
    }

    private Pushgateway(Path folder, int port, String prefix, List<String> options) {
        this.port = port;
        log = folder.resolve("pushgateway.log");
        List<String> command = new ArrayList<>(
                List.of("prometheus-pushgateway", "--web.listen-address=127.0.0.1:" + port, "--persistence.file="));
        command.addAll(options);
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("can't run prometheus-pushgateway; scripts/install-tools brings it", e);
        }
        awaitAnswer(prefix);
    }

    private void awaitAnswer(String prefix) {
        try {
            while (page(prefix).isEmpty()) {
                if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                    throw new AssertionError("ended before it listened: " + log());
                }
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** One that lives below a path, and lets nobody in but {@link #LOGIN}. */
    public static Pushgateway guarded(Path folder, int port, String prefix) {
        try {
            String user = LOGIN.substring(0, LOGIN.indexOf(':'));
            Path guard = folder.resolve("guard.yml");
            Files.writeString(guard, "basic_auth_users:\n  " + user + ": " + HASHED + "\n");
            return new Pushgateway(
                    folder, port, prefix, List.of("--web.route-prefix=" + prefix, "--web.config.file=" + guard));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it shows a Prometheus; nothing while it does not listen. */
    public String page() {
        return page("");
    }

    public String page(String prefix) {
        URI uri = URI.create("http://127.0.0.1:" + port + prefix + "/metrics");
        String login = Base64.getEncoder().encodeToString(LOGIN.getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Authorization", "Basic " + login)
                .build();
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException notYet) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What it has to say. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        Processes.end(process);
    }
}
