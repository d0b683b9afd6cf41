package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * A container of the docker or podman that {@code scripts/with-engine} has found. Both of its ports are to be had at some port
 * of 127.0.0.1. Close it to remove it.
 */
final class Container implements AutoCloseable {
    private static final Duration PATIENCE = AdapterProcess.PATIENCE;
    private static final int POLL_MILLIS = 50;
    /** A line of the log that reports a problem, of the adapter or of Java. */
    private static final Pattern COMPLAINT =
            Pattern.compile("(?m)^.*( WARN | ERROR |Exception|[Ww]arning:|\\[warning]).*$");

    private final String id;

    /** What a command has printed, and how it ended. */
    record Ended(int code, String output) {}

    private Container(String id) {
        this.id = id;
    }

    /** Starts one and does not wait for it: {@code run options… image arguments…}. */
    static Container start(List<String> options, String image, String... arguments) {
        List<String> run =
                new ArrayList<>(List.of("run", "--detach", "--publish=127.0.0.1::8080", "--publish=127.0.0.1::9000"));
        run.addAll(options);
        run.add(image);
        run.addAll(Arrays.asList(arguments));
        Ended started = engine(run.toArray(String[]::new));
        assertThat(started.code()).as(started.output()).isZero();
        List<String> lines = started.output().strip().lines().toList();
        return new Container(lines.get(lines.size() - 1));
    }

    /** Starts one and waits until it serves. */
    static Container serve(List<String> options, String image, String... arguments) {
        Container container = start(options, image, arguments);
        container.until(() -> container.log().contains(" serving "), "port");
        return container;
    }

    /** Runs one to its end. */
    static Ended run(List<String> options, String image, String... arguments) {
        List<String> run = new ArrayList<>(List.of("run", "--rm"));
        run.addAll(options);
        run.add(image);
        run.addAll(Arrays.asList(arguments));
        return engine(run.toArray(String[]::new));
    }

    /** Has the engine carry out a command. */
    static Ended engine(String... arguments) {
        String engine = System.getenv("ENGINE");
        assertThat(engine)
                .as("$ENGINE: docker or podman; make test-image sets it")
                .isNotNull();
        List<String> command = new ArrayList<>(List.of(Objects.requireNonNull(engine)));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .directory(AdapterProcess.ROOT.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What the engine knows of it, by a template of Go. */
    String inspect(String template) {
        Ended ended = engine("inspect", "--format", template, id);
        assertThat(ended.code()).as(ended.output()).isZero();
        return ended.output().strip();
    }

    /** Runs a shell's commands in it; what they print. */
    String shell(String commands) {
        Ended ended = engine("exec", id, "sh", "-c", commands);
        assertThat(ended.code())
                .as("%s: %s; %s", commands, ended.output(), log())
                .isZero();
        return ended.output().strip();
    }

    URI address(int port, String path) {
        Ended mapped = engine("port", id, port + "/tcp");
        assertThat(mapped.output()).as(log()).startsWith("127.0.0.1:");
        return URI.create("http://" + mapped.output().lines().findFirst().orElseThrow() + path);
    }

    /** What it has written so far. */
    String log() {
        return engine("logs", id).output();
    }

    /** Fails if anything in its log reports a problem. */
    void hasACleanLog() {
        assertThat(log()).doesNotContainPattern(COMPLAINT);
    }

    void until(BooleanSupplier condition, String what) {
        long started = System.nanoTime();
        while (!condition.getAsBoolean()) {
            boolean runs = inspect("{{.State.Running}}").equals("true");
            if (System.nanoTime() - started > PATIENCE.toNanos() || (!runs && !condition.getAsBoolean())) {
                throw new AssertionError("no " + what + (runs ? "" : " before its end") + ":\n" + log());
            }
            pause();
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends it a signal and goes on. */
    void signal(String name) {
        Ended ended = engine("kill", "--signal=" + name, id);
        assertThat(ended.code()).as(ended.output()).isZero();
    }

    /** Waits for its end; the exit code. */
    int exitCode() {
        until(() -> inspect("{{.State.Running}}").equals("false"), "end");
        return Integer.parseInt(inspect("{{.State.ExitCode}}"));
    }

    /** Asks it to stop, as a platform does; the exit code. */
    int stop() {
        engine("stop", "--time=30", id);
        return exitCode();
    }

    @Override
    public void close() {
        engine("rm", "--force", "--volumes", id);
    }
}
