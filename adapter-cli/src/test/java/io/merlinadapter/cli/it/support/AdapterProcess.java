package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The real command, started as its users start it and listening on a free port of 127.0.0.1.
 *
 * <p>Owned by one test thread; close it to end the process and every process below it. What it wrote is kept in a file,
 * and is part of every failure's message.
 */
public final class AdapterProcess implements AutoCloseable {
    /** The top folder of the project. */
    public static final Path ROOT =
            Path.of(System.getProperty("project.root", "..")).toAbsolutePath().normalize();

    /** The command of the distribution that this build laid out, relative to {@link #ROOT}. */
    public static final String COMMAND = "adapter-cli/target/merlin-adapter/bin/merlin-adapter";

    /** For everything that is awaited: enough for a machine with fifty times the work it can do at once. */
    public static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final int POLL_MILLIS = 20;
    private static final String JAVA_OPTIONS = "ADAPTER_JAVA_OPTS";
    private static final String GRPC_PORT = "--grpc-port=";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int LOWEST_PORT = 15_000;
    private static final int PORTS = 17_000;
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(PORTS));

    private final Process process;
    private final int port;
    private final int grpcPort;
    private final Path output;

    private AdapterProcess(Process process, int port, int grpcPort, Path output) {
        this.process = process;
        this.port = port;
        this.grpcPort = grpcPort;
        this.output = output;
    }

    /** Starts {@code merlin-adapter -- child…} and waits until its port accepts connections. */
    public static AdapterProcess serve(Path folder, Map<String, String> environment, String... child) {
        AdapterProcess adapter = launch(folder, environment, List.of(), List.of(child));
        adapter.awaitPort();
        return adapter;
    }

    /** Starts {@code merlin-adapter options… -- child…} and does not wait for it. */
    public static AdapterProcess launch(
            Path folder, Map<String, String> environment, List<String> options, List<String> child) {
        var command = new ArrayList<String>();
        command.add(ROOT.resolve(COMMAND).toString());
        command.addAll(options);
        command.add("--");
        command.addAll(child);
        return start(folder, environment, freePort(), command);
    }

    /**
     * Starts a command that ends up as an adapter. The ports are told by environment, for a command line that leaves no room
     * for options; it may choose that of UPI_V1 itself. It starts quickly unless the environment has options for Java.
     */
    public static AdapterProcess start(Path folder, Map<String, String> environment, int port, List<String> command) {
        try {
            Path output = Files.createTempFile("merlin-adapter-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            clean(builder.environment());
            builder.environment().put("ADAPTER_HOST", "127.0.0.1");
            int grpcPort = command.stream()
                    .filter(word -> word.startsWith(GRPC_PORT))
                    .mapToInt(word -> Integer.parseInt(word.substring(GRPC_PORT.length())))
                    .findFirst()
                    .orElseGet(AdapterProcess::freePort);
            builder.environment().put("CARAML_HTTP_PORT", Integer.toString(port));
            builder.environment().put("CARAML_GRPC_PORT", Integer.toString(grpcPort));
            builder.environment().putAll(environment);
            if (!environment.containsKey(JAVA_OPTIONS)) {
                builder.environment().put(JAVA_OPTIONS, QuickStart.options());
            }
            return new AdapterProcess(builder.start(), port, grpcPort, output);
        } catch (IOException e) {
            throw new UncheckedIOException("can't start " + String.join(" ", command), e);
        }
    }

    /** Drops what the shell, the make or the pod that runs the tests would hand down. */
    public static void clean(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(name -> name.matches(
                        "(ADAPTER_|CARAML_|MERLIN_|OTEL_|PUSHGATEWAY_|K_|KUBERNETES_).*|WORKERS|MAKE.*|MFLAGS"));
    }

    /**
     * A port that nothing listens on now, and that this process has given to nobody else: tests run side by side, and bind
     * theirs a second later. None that the system gives to outgoing connections (from 32768 on): a caller that tries again
     * and again would in the end be connected to itself.
     */
    public static int freePort() {
        for (int tries = 0; tries < 100; tries++) {
            int port = LOWEST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), PORTS);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port from " + LOWEST_PORT + " to " + (LOWEST_PORT + PORTS));
    }

    /** A tenth of a port, for {@code tcp:127.0.0.1:1234{worker}}: all ten are like {@link #freePort()}'s. */
    public static int freeTens() {
        for (int tries = 0; tries < 100; tries++) {
            int drawn = LOWEST_PORT + Math.floorMod(NEXT_PORT.getAndAdd(2 * 10), PORTS);
            int tens = (drawn + 9) / 10;
            if (IntStream.range(0, 10).allMatch(n -> isFree(10 * tens + n))) {
                return tens;
            }
        }
        throw new IllegalStateException("no ten free ports from " + LOWEST_PORT + " to " + (LOWEST_PORT + PORTS));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** The page of metrics as it is now. */
    public String metrics() {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(uri("/metrics")).timeout(PATIENCE).build();
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits until {@code workers} are ready. */
    public void awaitReady(int workers) {
        Pattern ready = Pattern.compile("adapter_workers_ready\\{[^}]*} " + workers + "\\.0");
        until(() -> ready.matcher(metrics()).find(), workers + " ready workers");
    }

    /** Everything that the adapter and its child have written so far. */
    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> family = process.descendants().toList();
        try {
            process.destroy();
            if (!endsWithin(PATIENCE)) {
                throw new AssertionError("still running " + PATIENCE + " after SIGTERM; it wrote:\n" + output());
            }
        } finally {
            process.destroyForcibly();
            family.forEach(ProcessHandle::destroyForcibly);
        }
        try {
            Files.delete(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process id, which the launcher hands on to Java. */
    public long pid() {
        return process.pid();
    }

    public int port() {
        return port;
    }

    /** The port of the UPI_V1 front. */
    public int grpcPort() {
        return grpcPort;
    }

    /** Asks the process to stop, as a platform does. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for the end of the process; its exit code. */
    public int exitCode() {
        if (!endsWithin(PATIENCE)) {
            throw new AssertionError("still running after " + PATIENCE + "; it wrote:\n" + output());
        }
        return process.exitValue();
    }

    /** Waits until it has written {@code text}. */
    public void awaitOutput(String text) {
        until(() -> output().contains(text), "\"" + text + "\" in its output");
    }

    /** Waits until something is so; looks often, and gives up with the adapter's own words. */
    public void until(BooleanSupplier condition, String what) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            boolean ended = endsWithin(Duration.ofMillis(POLL_MILLIS));
            if (System.nanoTime() - started > PATIENCE.toNanos() || (ended && !condition.getAsBoolean())) {
                throw new AssertionError("no " + what + (ended ? " before its end" : "") + ":\n" + output());
            }
        }
    }

    /** Waits until all of these texts are in its log, which is written behind the answers. */
    public void logs(String... texts) {
        until(() -> List.of(texts).stream().allMatch(output()::contains), "log with " + List.of(texts));
    }

    /** As {@link #logs}, of a regular expression. */
    public void logsLike(String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        until(() -> wanted.matcher(output()).find(), "log like " + pattern);
    }

    /** Waits until both of its ports accept connections. */
    public void awaitPort() {
        long started = System.nanoTime();
        while (!accepts(port) || !accepts(grpcPort)) {
            if (endsWithin(Duration.ofMillis(POLL_MILLIS))) {
                throw new AssertionError("ended with exit code " + process.exitValue() + ":\n" + output());
            }
            if (System.nanoTime() - started > PATIENCE.toNanos()) {
                String written = output();
                close();
                throw new AssertionError(
                        "port " + port + " or " + grpcPort + " refuses after " + PATIENCE + "; it wrote:\n" + written);
            }
        }
    }

    public boolean acceptsConnections() {
        return accepts(port);
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    /** Whether it ends within {@code duration}. */
    public boolean endsWithin(Duration duration) {
        try {
            return process.waitFor(duration.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
