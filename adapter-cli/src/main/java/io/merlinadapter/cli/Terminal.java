package io.merlinadapter.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How wide a text on stdout may be. */
final class Terminal {
    /** Where nothing is known. */
    static final int USUAL_WIDTH = 96;

    /** In less, the names of options leave no room for what they mean. */
    static final int LEAST_WIDTH = 60;

    private static final Path STDOUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    /** The variable COLUMNS wins, as everywhere; then the terminal's own width, if stdout is one. Waits for a process. */
    static int width(Map<String, String> env) {
        Integer columns = number(env.getOrDefault("COLUMNS", ""));
        if (columns == null && isTerminal()) {
            columns = number(size().replaceFirst(".* ", ""));
        }
        return columns == null || columns == 0 ? USUAL_WIDTH : Math.max(LEAST_WIDTH, columns);
    }

    private static @Nullable Integer number(String text) {
        String digits = text.strip();
        return digits.matches("\\d{1,5}") ? Integer.valueOf(digits) : null;
    }

    static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(STDOUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException notLinux) {
            return false;
        }
    }

    /** As in {@code 24 80}: Java itself can't ask a terminal. */
    private static String size() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File(STDOUT.toString()))
                    .start();
            return new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException noStty) {
            return "";
        }
    }
}
