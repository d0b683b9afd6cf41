package io.merlinadapter.cli.it.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The programs of src/test/python, with the packages that users of UPI_V1 have. */
public final class PythonClients {
    private static final Path SOURCES = AdapterProcess.ROOT.resolve("adapter-cli/src/test/python");
    private static final Path VENV = AdapterProcess.ROOT.resolve("adapter-cli/target/python-clients");

    private PythonClients() {}

    /** Fetches the packages, where that was not done before: no test's time. */
    public static void prepare() {
        python();
    }

    /** Runs a module of tests against the UPI_V1 front of {@code adapter}; fails with its output if any test does. */
    public static void test(AdapterProcess adapter, String module) {
        Running running = start(adapter, List.of("-m", "unittest", "-v", module));
        String output = running.output();
        assertThat(output).as("tests that ran").containsPattern("Ran [1-9]\\d* tests?");
    }

    /** Starts a program that calls {@code adapter}. */
    public static Running start(AdapterProcess adapter, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(python().toString(), "-B"));
        command.addAll(arguments);
        try {
            Path output = Files.createTempFile("python-client-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(SOURCES.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            builder.environment().put("ADDRESS", "127.0.0.1:" + adapter.grpcPort());
            builder.environment().put("ADAPTER_PID", Long.toString(adapter.pid()));
            return new Running(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program that calls. */
    public record Running(Process process, Path log) implements AutoCloseable {
        /** Waits for its end, which must be a good one; what it has written. */
        public String output() {
            try {
                boolean ended = process.waitFor(AdapterProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS);
                String written = Files.readString(log);
                assertThat(ended).as("ends, having written: %s", written).isTrue();
                assertThat(process.exitValue()).as(written).isZero();
                return written;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            } finally {
                close();
            }
        }

        public boolean isAlive() {
            return process.isAlive();
        }

        @Override
        public void close() {
            process.destroyForcibly();
            try {
                Files.deleteIfExists(log);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Path python() {
        return Tools.python(VENV, SOURCES.resolve("requirements.txt"));
    }
}
