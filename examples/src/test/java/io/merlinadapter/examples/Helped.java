package io.merlinadapter.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.BufferedReader;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that a helper serves, without an adapter: the test writes each line, and reads each line. Spaces between the members
 * of a message are not kept.
 */
final class Helped implements AutoCloseable {
    private static final String INITIALIZE = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":"
            + "{\"protocol\":1,\"model\":{\"name\":\"model\"},\"worker\":0,\"tables\":[\"json\"]}}";

    private final Process process;
    /** What it has written beside its messages. */
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

    private final CompletableFuture<Void> errorsRead;

    private final OutputStream requests;
    private final BufferedReader replies;

    private Helped(Process process, BufferedReader errors, OutputStream requests, BufferedReader replies) {
        this.process = process;
        this.requests = requests;
        this.replies = replies;
        this.errorsRead = CompletableFuture.runAsync(() -> errors.lines().forEach(this.errors::add));
    }

    /** Starts the program that tries the helper, over stdin and stdout. */
    static Helped start(Template template, String mode) {
        try {
            Process process = builder(template, mode).start();
            return new Helped(
                    process, process.errorReader(UTF_8), process.getOutputStream(), process.inputReader(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As {@link #start}, over a socket at {@code path}; what it writes to stdout is with its errors. */
    static Helped startOverSocket(Template template, Path path) {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            ProcessBuilder builder = builder(template, "plain").redirectErrorStream(true);
            builder.environment().put("ADAPTER_SOCKET", path.toString());
            Process process = builder.start();
            SocketChannel connection = soon(CompletableFuture.supplyAsync(() -> accept(server)), "connection");
            OutputStream requests = new FilterOutputStream(Channels.newOutputStream(connection)) {
                @Override
                public void write(byte[] bytes, int from, int length) throws IOException {
                    out.write(bytes, from, length);
                }

                /** The other way stays open. */
                @Override
                public void close() throws IOException {
                    connection.shutdownOutput();
                }
            };
            BufferedReader replies =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(connection), UTF_8));
            return new Helped(process, process.inputReader(UTF_8), requests, replies);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProcessBuilder builder(Template template, String mode) {
        ProcessBuilder builder = new ProcessBuilder(template.trial());
        AdapterProcess.clean(builder.environment());
        builder.environment()
                .putAll(Map.of(
                        "MODE", mode,
                        "HELPER", template.helper().toString(),
                        "PYTHONPATH", template.folder().toString()));
        return builder;
    }

    private static SocketChannel accept(ServerSocketChannel server) {
        try {
            return server.accept();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The request with an id and a body. */
    static String call(int id, String body) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"predict\",\"params\":{\"timeout_ms\":60000,"
                + "\"protocol\":\"HTTP_JSON\",\"headers\":{\"x-request-id\":\"7f3\"},\"body\":" + body + "}}";
    }

    /** A body that says what to do. */
    static String toDo(String what) {
        return "{\"do\":\"" + what + "\"}";
    }

    static String cancel(int id) {
        return "{\"jsonrpc\":\"2.0\",\"method\":\"cancel\",\"params\":{\"id\":" + id + "}}";
    }

    static String result(int id, String result) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"result\":" + result + "}";
    }

    static String error(int id, int code, String message) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"error\":{\"code\":" + code + ",\"message\":\"" + message
                + "\"}}";
    }

    /** Writes lines with one write. */
    void send(String... lines) {
        try {
            requests.write((String.join("\n", lines) + "\n").getBytes(UTF_8));
            requests.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("it reads no more; it wrote: " + errors(), e);
        }
    }

    /** Has it initialize; what it can do. */
    String initialize() {
        send(INITIALIZE);
        return read();
    }

    /** The next line. */
    String read() {
        String line = soon(CompletableFuture.supplyAsync(this::line), "line; it wrote: " + errors());
        assertThat(line).as("a line; it wrote: %s", errors()).isNotNull();
        return line.replaceAll("([,:]) ", "$1");
    }

    private String line() {
        try {
            return replies.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line that is not for the log; what is goes to {@code log}. */
    String readBehindLog(StringBuilder log) {
        String line = read();
        while (line.contains("\"method\":\"log\"")) {
            assertThat(line).contains("\"level\":\"error\"");
            log.append(line);
            line = read();
        }
        return line;
    }

    /** As many next lines. */
    List<String> read(int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            lines.add(read());
        }
        return lines;
    }

    /** Ends its input; all lines that it still writes, until it has ended well. */
    List<String> end() {
        try {
            requests.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> lines =
                soon(CompletableFuture.supplyAsync(() -> replies.lines().toList()), "end of its output");
        assertThat(exitCode()).as(errors()).isZero();
        soon(errorsRead, "end of its stderr");
        return lines.stream().map(line -> line.replaceAll("([,:]) ", "$1")).toList();
    }

    private int exitCode() {
        return soon(process.onExit(), "end; it wrote: " + errors()).exitValue();
    }

    /** What it has written to stderr. */
    String errors() {
        return String.join("\n", List.copyOf(errors));
    }

    /** Waits until it has written {@code text} to stderr. */
    void awaitError(String text) {
        long started = System.nanoTime();
        try {
            while (!errors().contains(text)) {
                boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
                if (ended || System.nanoTime() - started > AdapterProcess.PATIENCE.toNanos()) {
                    throw new AssertionError("no " + text + (ended ? " before its end: " : ": ") + errors());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static <T> T soon(CompletableFuture<T> awaited, String what) {
        try {
            return awaited.get(AdapterProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no " + what, e);
        } catch (ExecutionException e) {
            throw new AssertionError("no " + what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
