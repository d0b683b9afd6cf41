package io.merlinadapter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Which build this is; the number is written into a resource by the build. */
final class Version {

    private Version() {}

    static String line() {
        return "merlin-adapter " + number() + " (Java " + Runtime.version() + ")";
    }

    static String number() {
        try (InputStream resource = Version.class.getResourceAsStream("version.txt")) {
            byte[] bytes = Objects.requireNonNull(resource, "version.txt").readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).trim();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
