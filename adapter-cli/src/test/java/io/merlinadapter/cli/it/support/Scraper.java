package io.merlinadapter.cli.it.support;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real Prometheus that scrapes ports of 127.0.0.1 every two seconds, which gives them as long to answer. Close it to end it; its folder is the caller's. */
public final class Scraper implements AutoCloseable {
    private static final Pattern VALUE = Pattern.compile("\"value\":\\[[^,]+,\"([^\"]+)\"]");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final int port = AdapterProcess.freePort();
    private final Path log;

    public Scraper(Path folder, List<Integer> targets) {
        this(folder, targets, List.of());
    }

    /** One that evaluates the rules of these files, too. */
    public Scraper(Path folder, List<Integer> targets, List<Path> rules) {
        this(folder, configuration(folder, targets, rules));
    }

    /** One that does as its configuration says. */
    public Scraper(Path folder, Path configuration) {
        log = folder.resolve("prometheus.log");
        try {
            process = new ProcessBuilder(
                            "prometheus",
                            "--config.file=" + configuration,
                            "--storage.tsdb.path=" + folder.resolve("data"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("can't run prometheus; scripts/install-tools brings it", e);
        }
    }

    private static Path configuration(Path folder, List<Integer> targets, List<Path> rules) {
        List<String> addresses =
                targets.stream().map(target -> "'127.0.0.1:" + target + "'").toList();
        List<String> ruleFiles = rules.stream().map(file -> "'" + file + "'").toList();
        try {
            return Files.writeString(folder.resolve("prometheus.yml"), """
                    global:
                      scrape_interval: 2s
                      scrape_timeout: 2s
                      evaluation_interval: 1s
                    rule_files: [%s]
                    scrape_configs:
                      - job_name: merlin-adapter
                        static_configs:
                          - targets: [%s]
                    """.formatted(
                            String.join(", ", ruleFiles), String.join(", ", addresses)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The only value of an expression; NaN as long as there is none. */
    public double value(String expression) {
        Matcher value = VALUE.matcher(query(expression).encode());
        return value.find() ? Double.parseDouble(value.group(1)) : Double.NaN;
    }

    /** The answer to an expression, an error included; empty as long as there is none. */
    public JsonObject query(String expression) {
        return get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    }

    /** What is at this place of its API; empty as long as nothing is. */
    public JsonObject get(String path) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1/" + path);
            HttpRequest request = HttpRequest.newBuilder(uri).build();
            HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
            // Until it is ready it answers in plain text.
            return answer.body().startsWith("{") ? new JsonObject(answer.body()) : new JsonObject();
        } catch (IOException notYet) {
            return new JsonObject();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What it has to say. */
    @Override
    public String toString() {
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
