package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program that an adapter serves, and its callers. Close it to stop both. */
final class Served implements AutoCloseable {
    private static final String PATH = "/v1/models/model-1:predict";
    private static final Duration PATIENCE = AdapterProcess.PATIENCE;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final AdapterProcess adapter;

    private Served(AdapterProcess adapter) {
        this.adapter = adapter;
    }

    /** One that was started with an environment of its own; waits until it is ready. */
    static Served of(AdapterProcess adapter) {
        adapter.awaitPort();
        return new Served(adapter);
    }

    /** Starts it and does not wait for it. */
    static Served launch(Path folder, List<String> options, List<String> child) {
        return new Served(AdapterProcess.launch(folder, Map.of(), options, child));
    }

    /** Starts it and waits until it is ready. */
    static Served start(Path folder, List<String> options, List<String> child) {
        Served served = launch(folder, options, child);
        served.adapter.awaitPort();
        return served;
    }

    AdapterProcess adapter() {
        return adapter;
    }

    HttpResponse<String> predict(String body) {
        return predict(body, Map.of());
    }

    HttpResponse<String> predict(String body, Map<String, String> headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(adapter.uri(PATH)).timeout(PATIENCE).POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            return CLIENT.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(body + " got no answer; the adapter wrote:\n" + adapter.output(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** A call whose answer is not waited for, on a connection of its own; close that, and the caller has gone. */
    Socket call(String body, String... headers) throws IOException {
        Socket caller = new Socket(InetAddress.getLoopbackAddress(), adapter.port());
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String own = Stream.of(headers).map(header -> header + "\r\n").collect(Collectors.joining());
        String head = "POST " + PATH + " HTTP/1.1\r\nhost: caller\r\ncontent-length: " + bytes.length + "\r\n" + own;
        caller.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.US_ASCII));
        caller.getOutputStream().write(bytes);
        return caller;
    }

    /** Waits until the program owes {@code count} answers. */
    void awaitInFlight(int count) {
        Pattern inFlight = Pattern.compile("adapter_in_flight\\{[^}]*} " + count + "\\.0");
        adapter.until(() -> inFlight.matcher(adapter.metrics()).find(), count + " calls in flight");
    }

    /** The value of the only series of a metric. */
    double value(String metric) {
        String page = adapter.metrics();
        Matcher series = Pattern.compile("(?m)^" + metric + "\\{[^}]*} (\\S+)$").matcher(page);
        assertThat(series.find()).as("%s in %s", metric, page).isTrue();
        return Double.parseDouble(series.group(1));
    }

    @Override
    public void close() {
        adapter.close();
    }
}
