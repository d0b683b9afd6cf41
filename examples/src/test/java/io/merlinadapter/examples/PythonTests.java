package io.merlinadapter.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.it.support.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The tests of src/test/python, which need other people's packages; these are fetched once per checkout. */
final class PythonTests {
    private static final Path SOURCES = AdapterProcess.ROOT.resolve("examples/src/test/python");
    private static final Path VENV = AdapterProcess.ROOT.resolve("examples/target/python");
    private static final Path PYTHON = VENV.resolve("bin/python");
    private static final Path SCHEMAS = VENV.resolve("schemas");
    private static final List<String> PIP = List.of("-m", "pip", "--disable-pip-version-check", "--quiet");
    private static final long FETCHING_SECONDS = 600;
    private static final long TESTING_SECONDS = 150;

    private PythonTests() {}

    /** Fetches the packages, where that was not done before: no test's time. */
    static synchronized void prepare() {
        Path required = SOURCES.resolve("requirements.txt");
        Path read = SOURCES.resolve("schemas.txt");
        Path defined = SOURCES.resolve("crds.txt");
        try {
            if (!isCopied(required) || !isCopied(read) || !isCopied(defined)) {
                run(FETCHING_SECONDS, Map.of(), "python3", "-m", "venv", "--clear", VENV.toString());
                // Half of what the packages say they need is for models of other kinds; compiling all takes longer than
                // compiling what is used.
                pip("install", "--no-deps", "--no-compile", "-r", required.toString());
                pip("download", "--no-deps", "-d", SCHEMAS.toString(), "-r", read.toString());
                run(
                        FETCHING_SECONDS,
                        environment(),
                        PYTHON.toString(),
                        "-B",
                        "-c",
                        "import schemas; schemas.of_operators()");
                Files.copy(required, copied(required));
                Files.copy(read, copied(read));
                Files.copy(defined, copied(defined));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a module of tests; fails with its output if any of them does. */
    static void run(String module) {
        String output = run(TESTING_SECONDS, environment(), PYTHON.toString(), "-B", "-m", "unittest", "-v", module);
        assertThat(output)
                .as("tests that ran")
                .containsPattern("Ran [1-9]\\d* tests?")
                .doesNotContain("skipped");
    }

    private static Map<String, String> environment() {
        return Map.of(
                "PYTHONPATH", SOURCES.resolve("stand-ins").toString(),
                "SCHEMAS", SCHEMAS.toString(),
                "ADAPTER", AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
    }

    private static boolean isCopied(Path list) throws IOException {
        return Files.exists(copied(list)) && Files.mismatch(copied(list), list) < 0;
    }

    private static Path copied(Path list) {
        return VENV.resolve(list.getFileName());
    }

    private static void pip(String... arguments) {
        List<String> command = new ArrayList<>(List.of(PYTHON.toString()));
        command.addAll(PIP);
        command.addAll(List.of(arguments));
        run(FETCHING_SECONDS, Map.of(), command.toArray(String[]::new));
    }

    /** What the command has written by its end, which must be a good one. */
    private static String run(long seconds, Map<String, String> environment, String... command) {
        try {
            Path output = Files.createTempFile("python-tests-", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(SOURCES.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(output.toFile());
            AdapterProcess.clean(builder.environment());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
                String written = Files.readString(output);
                assertThat(ended).as("it ends, having written: %s", written).isTrue();
                assertThat(process.exitValue())
                        .as("%s: %s", String.join(" ", command), written)
                        .isZero();
                return written;
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
