package io.merlinadapter.cli.it.support;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests need and the project does not hold: fetched or built below a target folder, and kept there. */
public final class Tools {
    private static final String REQUIREMENTS = "requirements.txt";

    private Tools() {}

    /** The Python of the venv {@code folder}, which has the packages of {@code required}; fetched once. */
    public static synchronized Path python(Path folder, Path required) {
        Path python = folder.resolve("bin/python");
        Path installed = folder.resolve(REQUIREMENTS);
        try {
            if (!Files.exists(installed) || Files.mismatch(installed, required) >= 0) {
                Files.createDirectories(folder);
                run(folder, "python3", "-m", "venv", "--clear", folder.toString());
                run(folder, python.toString(), "-m", "pip", "install", "-q", "-r", required.toString());
                Files.copy(required, installed);
            }
            return python;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A document of YAML. */
    public static JsonObject yaml(Path file) {
        String toJson = "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))";
        Path folder = file.toAbsolutePath().getParent();
        // Debian's own Python, which has Debian's packages.
        return new JsonObject(run(folder, "/usr/bin/python3", "-c", toJson, file.toString()));
    }

    /** Runs a command to its end, which must be a good one; what it has written. */
    public static String run(Path folder, String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException("can't run " + command[0] + "; scripts/install-tools brings it", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
