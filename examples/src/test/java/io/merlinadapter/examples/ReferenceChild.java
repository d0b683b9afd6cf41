package io.merlinadapter.examples;

import io.merlinadapter.cli.AdapterProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The programs that docs/protocol.md prints, made ready to run. */
enum ReferenceChild {
    PYTHON("python/predict.py", 8),
    NODE("node/predict.js", 64),
    GO("go/predict.go", 64),
    PYTHON_LIBRARY("python-library/predict.py", 1);

    static final Path FOLDER = AdapterProcess.ROOT.resolve("examples/children");

    private static final Path TARGET = AdapterProcess.ROOT.resolve("examples/target/children");
    private static final Map<ReferenceChild, List<String>> READY = new EnumMap<>(ReferenceChild.class);

    private final String file;
    private final int concurrency;

    ReferenceChild(String file, int concurrency) {
        this.file = file;
        this.concurrency = concurrency;
    }

    /** Those that work on several calls at a time, and can be told to stop. */
    static List<ReferenceChild> concurrent() {
        return Arrays.stream(values()).filter(child -> child.concurrency > 1).toList();
    }

    /** Relative to {@link #FOLDER}. */
    String file() {
        return file;
    }

    Path source() {
        return FOLDER.resolve(file);
    }

    /** What starts it; the first time, it is built. */
    List<String> command() {
        return READY.computeIfAbsent(this, ReferenceChild::prepare);
    }

    private List<String> prepare() {
        String path = source().toString();
        return switch (this) {
            case PYTHON -> List.of("python3", path);
            case NODE -> List.of("node", path);
            case GO -> List.of(compiled().toString());
            case PYTHON_LIBRARY -> List.of(withPackages().toString(), path);
        };
    }

    private Path compiled() {
        Path binary = TARGET.resolve("predict-go");
        // Who built it is of no interest, and git may refuse to tell.
        run("go", "build", "-buildvcs=false", "-o", binary.toString(), ".");
        return binary;
    }

    /** A Python that has the packages of requirements.txt; fetched once. */
    private Path withPackages() {
        Path folder = TARGET.resolve("venv");
        Path python = folder.resolve("bin/python");
        Path installed = folder.resolve("requirements.txt");
        Path required = source().resolveSibling("requirements.txt");
        try {
            if (!Files.exists(installed) || Files.mismatch(installed, required) >= 0) {
                run("python3", "-m", "venv", "--clear", folder.toString());
                run(python.toString(), "-m", "pip", "install", "-q", "-r", required.toString());
                Files.copy(required, installed);
            }
            return python;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String... command) {
        try {
            Files.createDirectories(TARGET);
            Process process = new ProcessBuilder(command)
                    .directory(source().getParent().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("can't run " + command[0] + "; scripts/install-tools brings it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
