package io.merlinadapter.cli.it.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What requests wait at inside the child until the test lets them go on. */
public final class Gate implements AutoCloseable {
    private final Path folder;

    public Gate() {
        try {
            folder = Files.createTempDirectory("gate-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file() {
        return folder.resolve("open");
    }

    /** The step that waits. */
    public String step() {
        return "['until','" + file() + "']";
    }

    /** Lets all go on, those who come later too. */
    public void open() {
        try {
            Files.createFile(file());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file());
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
