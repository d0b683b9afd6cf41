package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Verdict.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** All verdicts so far, each told to the report as it comes. One thread. */
final class Findings {
    /** Characters that say too little to know a sentence again. */
    private static final int SHORT = 20;

    private final Report report;
    private final List<Verdict> all = new ArrayList<>();
    private final Set<String> remarks = new HashSet<>();

    Findings(Report report) {
        this.report = report;
    }

    void add(Verdict verdict) {
        all.add(verdict);
        report.add(verdict);
    }

    /** What the adapter's log says, once, whatever the number in it is; not what a verdict has said already. */
    void remark(String check, String message) {
        String core = message.substring(message.lastIndexOf(": ") + 1).strip();
        boolean known = core.length() > SHORT
                && all.stream().anyMatch(verdict -> verdict.seen().contains(core));
        if (!known && remarks.add(message.replaceAll("\\d+", "0"))) {
            add(Verdict.of(Kind.WARN, check, "log", message));
        }
    }

    List<Verdict> all() {
        return List.copyOf(all);
    }

    long count(Kind kind) {
        return all.stream().filter(verdict -> verdict.kind() == kind).count();
    }

    boolean any(Kind kind) {
        return count(kind) > 0;
    }
}
