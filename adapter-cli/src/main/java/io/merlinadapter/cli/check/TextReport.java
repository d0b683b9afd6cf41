package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.text.Durations;
import io.merlinadapter.text.Texts;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** For people: a line for each verdict as it comes, wrapped to the width; colours and a progress line only on a terminal. */
final class TextReport implements Report {
    private static final int KIND = 6;
    private static final int CHECK = 10;
    private static final int INDENT = KIND + CHECK;
    private static final int BAR = 24;
    private static final String RESET = "\u001b[0m";
    private static final String DIM = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    private static final String ERASE_LINE = "\r\u001b[K";

    private final PrintStream out;
    private final Style style;
    private String lastCheck = "";
    private boolean progressShown;

    /**
     * How it may look.
     *
     * @param live whether a line may be written over: on a terminal
     */
    record Style(int width, boolean colours, boolean live) {}

    TextReport(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
    }

    @Override
    public void begin(String program) {
        out.println(paint(BOLD, "merlin-adapter check") + ": " + Texts.printable(program));
        out.println();
        out.flush();
    }

    @Override
    public void add(Verdict verdict) {
        erase();
        String about = verdict.about() == null ? "" : verdict.about() + ": ";
        String check = verdict.check().equals(lastCheck) ? "" : verdict.check();
        lastCheck = verdict.check();
        List<String> lines = wrap(Texts.printable(about + verdict.seen()), style.width() - INDENT);
        out.println(paint(colour(verdict.kind()), pad(verdict.kind().word(), KIND)) + pad(check, CHECK) + lines.get(0));
        lines.subList(1, lines.size()).forEach(line -> out.println(" ".repeat(INDENT) + line));
        for (String detail : verdict.details()) {
            out.println(" ".repeat(INDENT + 2) + paint(DIM, cut(detail, style.width() - INDENT - 2)));
        }
        if (verdict.advice() != null) {
            advise(verdict.advice());
        }
        out.flush();
    }

    private void advise(String advice) {
        List<String> lines = wrap(Texts.printable(advice), style.width() - INDENT - 2);
        for (int i = 0; i < lines.size(); i++) {
            out.println(" ".repeat(INDENT) + (i == 0 ? paint(BOLD, "→ ") : "  ") + lines.get(i));
        }
    }

    @Override
    public void progress(String what, double part) {
        if (!style.live()) {
            return;
        }
        String bar = "";
        if (part >= 0) {
            int done = (int) Math.round(BAR * Math.min(1, part));
            bar = "#".repeat(done) + ".".repeat(BAR - done) + " ";
        }
        out.print(ERASE_LINE + " ".repeat(KIND) + paint(DIM, cut(bar + what, style.width() - KIND - 1)));
        out.flush();
        progressShown = true;
    }

    private void erase() {
        if (progressShown) {
            out.print(ERASE_LINE);
            progressShown = false;
        }
    }

    @Override
    public void end(Findings findings, int exitCode, Duration took) {
        erase();
        long failures = findings.count(Kind.FAIL);
        long warnings = findings.count(Kind.WARN);
        String result = switch (exitCode) {
            case Check.FITS -> "It will serve";
            case Check.INTERRUPTED -> "Stopped before the end";
            default -> "It will not serve as it is";
        };
        Kind kind = exitCode == Check.FITS ? Kind.OK : exitCode == Check.INTERRUPTED ? Kind.WARN : Kind.FAIL;
        String summary = result + ": " + counted(failures, "failure") + ", " + counted(warnings, "warning") + "; "
                + counted(findings.count(Kind.OK), "check") + " passed in " + Durations.show(rounded(took))
                + "; exit code " + exitCode + ".";
        out.println();
        out.println(String.join("\n", wrap(summary, style.width())).replace(result, paint(colour(kind), result)));
        out.flush();
    }

    private static Duration rounded(Duration took) {
        return Duration.ofMillis(took.toMillis() / 100 * 100);
    }

    private static String counted(long number, String what) {
        return (number == 0 ? "no" : String.valueOf(number)) + " " + what + (number == 1 ? "" : "s");
    }

    private static String colour(Kind kind) {
        return switch (kind) {
            case OK -> "\u001b[32m";
            case NOTE -> "\u001b[36m";
            case WARN -> "\u001b[33m";
            case FAIL -> "\u001b[31m";
        };
    }

    private String paint(String code, String text) {
        return style.colours() ? code + text + RESET : text;
    }

    private static String pad(String text, int width) {
        return text.length() >= width ? text + " " : text + " ".repeat(width - text.length());
    }

    private static String cut(String text, int width) {
        String line = Texts.printable(text);
        return line.length() <= width ? line : Texts.head(line, Math.max(0, width - 1)) + "…";
    }

    /** At spaces; a word that is wider than the line stands alone, whole, so that it can be copied. */
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
