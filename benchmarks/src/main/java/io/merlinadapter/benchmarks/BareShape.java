package io.merlinadapter.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The adapter's shape and nothing of its work: HTTP body, line of JSON-RPC, program, line, HTTP. It checks nothing, bounds
 * nothing, times nothing and counts nothing, and would hang with a program that fails. What the shape alone costs.
 */
public final class BareShape {
    private final Map<String, HttpServerResponse> waiting = new HashMap<>();
    private final OutputStream requests;
    private Buffer turn = Buffer.buffer();
    private long lastId;

    private BareShape(OutputStream requests) {
        this.requests = requests;
    }

    /** Takes the port, and starts the program behind it. */
    public static void main(String[] arguments) throws IOException {
        List<String> program = Arrays.asList(arguments).subList(1, arguments.length);
        Process child = new ProcessBuilder(program)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Vertx vertx = Vertx.vertx();
        Context loop = vertx.getOrCreateContext();
        BareShape shape = new BareShape(child.getOutputStream());
        Thread reader = new Thread(() -> shape.read(child.getInputStream(), loop));
        reader.setDaemon(true);
        reader.start();
        HttpServerOptions options =
                new HttpServerOptions().setHost("127.0.0.1").setPort(Integer.parseInt(arguments[0]));
        loop.runOnContext(now -> vertx.createHttpServer(options)
                .requestHandler(request -> shape.ask(request, loop))
                .listen());
        Runtime.getRuntime().addShutdownHook(new Thread(child::destroy));
    }

    private void ask(HttpServerRequest request, Context loop) {
        request.body().onSuccess(body -> {
            String id = String.valueOf(++lastId);
            waiting.put(id, request.response());
            if (turn.length() == 0) {
                loop.runOnContext(now -> write());
            }
            turn.appendString("{\"jsonrpc\":\"2.0\",\"id\":")
                    .appendString(id)
                    .appendString(",\"method\":\"predict\",\"params\":{\"body\":")
                    .appendBuffer(body)
                    .appendString("}}\n");
        });
    }

    private void write() {
        try {
            requests.write(turn.getBytes());
            requests.flush();
            turn = Buffer.buffer();
        } catch (IOException e) {
            throw new IllegalStateException("the program reads no more", e);
        }
    }

    private void read(InputStream replies, Context loop) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(replies, StandardCharsets.ISO_8859_1))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                List<String> together = new ArrayList<>(List.of(line));
                while (lines.ready()) {
                    together.add(lines.readLine());
                }
                loop.runOnContext(now -> together.forEach(this::answer));
            }
        } catch (IOException e) {
            throw new IllegalStateException("the program writes no more", e);
        }
    }

    private void answer(String line) {
        int id = line.indexOf("\"id\":") + 5;
        int end = line.indexOf(',', id);
        HttpServerResponse response = Objects.requireNonNull(waiting.remove(line.substring(id, end)));
        int result = line.indexOf(':', end) + 1;
        response.putHeader("content-type", "application/json")
                .end(Buffer.buffer(line.substring(result, line.length() - 1).getBytes(StandardCharsets.ISO_8859_1)));
    }
}
