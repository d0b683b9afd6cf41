package io.merlinadapter.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** Which build this is; the build writes it into a resource. */
final class Version {
    private static final int COMMIT_SHOWN = 12;
    private static final String NO_COMMIT = "none";
    private static final String CHANGED = "-changed";

    private Version() {}

    static String line() {
        List<String> build = build();
        return "merlin-adapter " + build.get(0) + " (" + origin(build.get(1)) + ", Java " + Runtime.version() + ")";
    }

    static String number() {
        return build().get(0);
    }

    /** What a commit as {@code git describe} gives it comes to, or the lack of one. */
    static String origin(String commit) {
        if (commit.equals(NO_COMMIT)) {
            return "built without git";
        }
        String shown = commit.substring(0, Math.min(COMMIT_SHOWN, commit.length()));
        return "commit " + shown + (commit.endsWith(CHANGED) ? " and changes" : "");
    }

    private static List<String> build() {
        try (InputStream resource = Version.class.getResourceAsStream("version.txt")) {
            byte[] bytes = Objects.requireNonNull(resource, "version.txt").readAllBytes();
            return new String(bytes, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
