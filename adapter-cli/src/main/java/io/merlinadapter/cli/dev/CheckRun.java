package io.merlinadapter.cli.dev;

import io.merlinadapter.text.Texts;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The process that checks the program, when somebody asks for it; one at a time. Any thread. */
final class CheckRun implements AutoCloseable {
    /** Of what it says; more is not held. */
    private static final int MOST_CHARS = 256 * 1024;

    private final List<String> command;
    private final StringBuilder said = new StringBuilder();
    private @Nullable Process process;
    private boolean isRunning;
    private int exit = -1;

    CheckRun(List<String> command) {
        this.command = command;
    }

    /** Starts it, unless it runs. */
    synchronized void start() {
        if (isRunning) {
            return;
        }
        said.setLength(0);
        exit = -1;
        try {
            Process started =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            started.getOutputStream().close();
            process = started;
            isRunning = true;
            Thread reader = new Thread(() -> read(started), "dev-check");
            reader.setDaemon(true);
            reader.start();
        } catch (IOException e) {
            said.append("the check could not be started: ").append(e.getMessage());
        }
    }

    private void read(Process started) {
        byte[] part = new byte[8192];
        try (InputStream output = started.getInputStream()) {
            for (int size = output.read(part); size >= 0; size = output.read(part)) {
                add(new String(part, 0, size, StandardCharsets.UTF_8));
            }
            over(started.waitFor());
        } catch (IOException closed) {
            over(-1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over(-1);
        }
    }

    private synchronized void add(String text) {
        said.append(text, 0, Math.min(text.length(), MOST_CHARS - said.length()));
    }

    private synchronized void over(int code) {
        isRunning = false;
        exit = code;
    }

    synchronized JsonObject json() {
        return new JsonObject()
                .put("running", isRunning)
                .put("exit", exit)
                .put("text", Texts.printableLines(said.toString()));
    }

    /** Ends it, if it runs. */
    @Override
    public synchronized void close() {
        if (process != null) {
            process.destroy();
        }
    }
}
