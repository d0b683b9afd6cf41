package io.merlinadapter.worker;

import io.merlinadapter.text.Texts;
import java.util.List;
import java.util.regex.Pattern;

/** Finds, in the last lines that a program wrote to its stderr, the one that says why it ended. */
final class LastWords {
    /** Characters of that line that are shown. */
    private static final int SHOWN = 300;

    /** What runtimes write below the reason. All of it is matched against a whole line. */
    private static final List<Pattern> SAY_NOTHING = List.of(
            // Brackets, and lines that only point at something above.
            Pattern.compile("[^\\p{L}\\p{N}]*"),
            // R, and its reader of JSON.
            Pattern.compile("Execution halted|Calls: .*"),
            Pattern.compile("\\s*\\(right here\\) -*\\^"),
            // Node: its version, the members of an error, and who required a missing module.
            Pattern.compile("Node\\.js v\\d.*"),
            Pattern.compile("\\s+(code|errno|syscall|path|requireStack|address|port): .*"),
            Pattern.compile("Require stack:|- /.*"),
            // Frames of JavaScript and of Java.
            Pattern.compile("\\s+at .*|\\s*\\.\\.\\. \\d+ more"),
            // Go: of "go run", and the stack of a panic.
            Pattern.compile("exit status \\d+"),
            Pattern.compile("goroutine \\d+.*:|created by .*"),
            Pattern.compile("\\s+\\S+\\.(go|s):\\d+( .*)?"),
            Pattern.compile("[\\w./*-]+\\.[\\w.()*]+\\((0x.*|\\{0x.*|\\.\\.\\.)?\\)"),
            // Rust.
            Pattern.compile("note: run with `RUST_BACKTRACE.*"));

    private LastWords() {}

    /** The end of a message about a program that has ended; nothing if it wrote nothing. */
    static String telling(List<String> lines) {
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            if (SAY_NOTHING.stream().noneMatch(nothing -> nothing.matcher(line).matches())) {
                String lead = i == lines.size() - 1 ? "; its last line on stderr: " : "; it said on its stderr: ";
                return lead + Texts.shorten(line.strip(), SHOWN);
            }
        }
        return lines.isEmpty() ? "" : "; its last line on stderr: " + Texts.shorten(lines.get(lines.size() - 1), SHOWN);
    }
}
