package io.merlinadapter.cli.it.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The programs of src/test/go and src/test/go-collector: a caller of our own, and tools in the versions that go.sum names. */
public enum GoProgram {
    /** Calls as most callers of gRPC do; its own deadlines end each of its commands. */
    CLIENT("./client"),
    GRPCURL("github.com/fullstorydev/grpcurl/cmd/grpcurl"),
    /** Tells whether a server keeps to the letter of HTTP/2. */
    H2SPEC("github.com/summerwind/h2spec/cmd/h2spec"),
    /** A collector of traces; of a module of its own, because it brings two hundred others. */
    COLLECTOR("go-collector", "./", "collector");

    private static final Path TARGET = AdapterProcess.ROOT.resolve("adapter-cli/target/go");

    private final Path module;
    private final String source;
    private final String name;

    GoProgram(String source) {
        this("go", source, source.substring(source.lastIndexOf('/') + 1));
    }

    GoProgram(String module, String source, String name) {
        this.module = AdapterProcess.ROOT.resolve("adapter-cli/src/test").resolve(module);
        this.source = source;
        this.name = name;
    }

    /** What a program wrote, and its exit code. */
    public record Ended(int code, String output) {}

    /** Builds it, unless that has been done since its sources changed; the first time takes a minute or two. */
    public void build() {
        synchronized (GoProgram.class) {
            if (!isBuilt()) {
                // Who built it is of no interest, and git may refuse to tell.
                Ended built = await(
                        start(module, List.of("go", "build", "-buildvcs=false", "-o", binary().toString(), source)));
                if (built.code != 0) {
                    throw new AssertionError("go build " + source + " failed:\n" + built.output);
                }
                touch();
            }
        }
    }

    /** Of the Go that is there: 26 of 1.26.8. */
    public static int minorVersion() {
        Path here = Path.of(".").toAbsolutePath();
        return Integer.parseInt(Tools.run(here, "go", "env", "GOVERSION").split("\\D+", -1)[2]);
    }

    /** Runs it to its end. */
    public Ended run(String... arguments) {
        return await(launch(arguments));
    }

    /** What it writes, which has to be all well. */
    public String output(String... arguments) {
        Ended ended = run(arguments);
        if (ended.code != 0) {
            throw new AssertionError(this + " " + String.join(" ", arguments) + " ended with exit code " + ended.code
                    + ":\n" + ended.output);
        }
        return ended.output;
    }

    /** Starts it, and leaves reading what it writes to the caller. */
    public Process launch(String... arguments) {
        List<String> command = new ArrayList<>(List.of(binary().toString()));
        command.addAll(Arrays.asList(arguments));
        return start(TARGET, command);
    }

    private Path binary() {
        return TARGET.resolve(name);
    }

    private boolean isBuilt() {
        try (Stream<Path> sources = Files.walk(module)) {
            Files.createDirectories(TARGET);
            if (!Files.exists(binary())) {
                return false;
            }
            FileTime built = Files.getLastModifiedTime(binary());
            return sources.map(Path::toFile).mapToLong(File::lastModified).allMatch(time -> time <= built.toMillis());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What did not change is not written again by go. */
    private void touch() {
        try {
            Files.setLastModifiedTime(binary(), FileTime.fromMillis(System.currentTimeMillis()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Process start(Path folder, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile());
            // Callers go to 127.0.0.1 and through no proxy.
            builder.environment().putAll(Map.of("NO_PROXY", "127.0.0.1", "no_proxy", "127.0.0.1"));
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("can't run " + command.get(0) + "; scripts/install-tools brings go", e);
        }
    }

    private static Ended await(Process process) {
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } finally {
            process.destroyForcibly();
        }
    }
}
