package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What {@code merlin-adapter check} has said, at its end.
 *
 * @param output what it wrote to stdout
 * @param errors what it wrote to stderr
 */
public record CheckRun(int exitCode, String output, String errors) {

    /** The command line of a check with these words behind it. */
    public static List<String> command(List<String> words) {
        List<String> command = new ArrayList<>();
        command.add(AdapterProcess.ROOT.resolve(AdapterProcess.COMMAND).toString());
        command.add("check");
        command.addAll(words);
        return command;
    }

    /** Runs it to its end, off a terminal and as wide as its lines. */
    public static CheckRun of(Path folder, Map<String, String> environment, List<String> words) {
        try {
            Path output = Files.createTempFile("merlin-adapter-check-", ".out");
            Path errors = Files.createTempFile("merlin-adapter-check-", ".err");
            ProcessBuilder builder = builder(folder, environment, command(words));
            Process process = builder.redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(AdapterProcess.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the check goes on; it wrote:\n" + Files.readString(output));
            }
            CheckRun run = new CheckRun(process.exitValue(), Files.readString(output), Files.readString(errors));
            Files.delete(output);
            Files.delete(errors);
            return run;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What starts a command that ends up as a check. */
    public static ProcessBuilder builder(Path folder, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(Path.of("/dev/null").toFile());
        AdapterProcess.clean(builder.environment());
        builder.environment().remove("NO_COLOR");
        builder.environment().put("COLUMNS", "4000");
        builder.environment().put("ADAPTER_JAVA_OPTS", QuickStart.options());
        builder.environment().putAll(environment);
        return builder;
    }

    /** All of its output on one line. */
    public String said() {
        return output.replaceAll("\\s+", " ");
    }
}
