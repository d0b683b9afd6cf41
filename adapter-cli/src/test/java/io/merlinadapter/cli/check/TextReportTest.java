package io.merlinadapter.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.merlinadapter.cli.check.Verdict.Kind;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextReportTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private TextReport report(int width, boolean colours, boolean live) {
        PrintStream out = new PrintStream(written, true, StandardCharsets.UTF_8);
        return new TextReport(out, new TextReport.Style(width, colours, live));
    }

    private String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aVerdictIsALineWithItsAdviceBelow() {
        report(80, false, false)
                .add(Verdict.of(Kind.WARN, "survives", "{}", "the program ended")
                        .details(List.of("KeyError"))
                        .advice("catch it"));

        assertThat(text()).isEqualTo("""
                        warn  survives  {}: the program ended
                                          KeyError
                                        → catch it
                        """);
    }

    @Test
    void longOnesAreWrappedBelowThemselves() {
        report(40, false, false).add(Verdict.of(Kind.OK, "order", null, "one two three four five six seven eight"));

        assertThat(text()).isEqualTo("""
                        ok    order     one two three four five
                                        six seven eight
                        """);
    }

    @Test
    void theResultIsWrapped() {
        TextReport report = report(40, true, false);
        report.end(new Findings(report), Check.FITS, Duration.ofMillis(8430));

        assertThat(text()).isEqualTo("""

                        \u001b[32mIt will serve\u001b[0m: no failures, no warnings;
                        no checks passed in 8.4 s; exit code 0.
                        """);
    }

    @Test
    void aCheckIsNamedOnce() {
        TextReport report = report(80, false, false);
        report.add(Verdict.of(Kind.OK, "speed", null, "quick"));
        report.add(Verdict.of(Kind.OK, "speed", null, "small"));

        assertThat(text()).containsOnlyOnce("speed");
    }

    @Test
    void progressIsShownOnATerminalOnlyAndIsGoneBeforeTheNextLine() {
        report(80, false, false).progress("waiting", 0.5);
        assertThat(text()).isEmpty();

        TextReport live = report(80, false, true);
        live.progress("waiting", 0.5);
        live.add(Verdict.of(Kind.OK, "order", null, "all"));
        assertThat(text()).contains("############............ waiting").endsWith("\r\u001b[Kok    order     all\n");
    }

    @Test
    void whatProgramsWriteCanNotGarbleTheTerminal() {
        report(80, false, false)
                .add(Verdict.of(Kind.OK, "answers", null, "a\u001b[31mb").details(List.of("c\u0007")));

        assertThat(text()).doesNotContain("\u001b").doesNotContain("\u0007");
    }

    @Test
    void theSummaryCounts() {
        TextReport report = report(100, false, false);
        Findings findings = new Findings(report);
        findings.add(Verdict.of(Kind.FAIL, "starts", null, "no"));
        findings.add(Verdict.of(Kind.OK, "stops", null, "yes"));
        report.end(findings, Check.DOES_NOT_FIT, Duration.ofMillis(1234));

        assertThat(text())
                .endsWith(
                        "It will not serve as it is: 1 failure, no warnings; 1 check passed in 1.2 s; exit code 1.\n");
    }
}
