package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Verdict.Kind;
import io.merlinadapter.cli.config.Options;
import java.util.List;
import java.util.regex.Pattern;

/** What it has written beside its answers, by all that was sent so far. */
final class OutputCheck {
    private static final String NAME = "output";
    private static final int SHOWN = 2;
    private static final Pattern STRANGE = Pattern.compile("which it (?:was never asked|has answered before)");

    private final Scene scene;

    OutputCheck(Scene scene) {
        this.scene = scene;
    }

    void run() throws InterruptedException {
        double unusable = scene.metric("adapter_unusable_lines_total");
        double dropped = scene.metric("adapter_log_lines_dropped_total");
        boolean onStdout = !scene.config.get(Options.CHANNEL).equals(Options.SOCKET);
        List<String> lines = scene.log.output(0, SHOWN);
        boolean strange = scene.remarks(0).stream()
                .anyMatch(remark -> STRANGE.matcher(remark).find());
        if (unusable > 0) {
            scene.findings.add(Verdict.of(
                            Kind.WARN,
                            NAME,
                            null,
                            "lines that are no replies came where replies come: " + (long) unusable + " of them")
                    .details(lines)
                    .advice(
                            strange
                                    ? Cures.ofStrangeIds()
                                    : onStdout
                                            ? Cures.ofLogs(scene.config.command())
                                            : "write nothing but replies to the socket"));
        }
        if (dropped > 0) {
            scene.findings.add(Verdict.of(
                            Kind.WARN,
                            NAME,
                            null,
                            (long) dropped + " lines of its log were dropped, as there were too many")
                    .advice("log less: up to 500 lines a second of each worker are kept"));
        }
        if (unusable == 0 && dropped == 0) {
            scene.findings.add(Verdict.of(Kind.OK, NAME, null, "one line for each request, and nothing beside"));
        }
    }
}
