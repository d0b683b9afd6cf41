package io.merlinadapter.cli.check;

import io.merlinadapter.cli.check.Verdict.Kind;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** For machines: one JSON document when all is done; docs/check.md says what its members mean. */
final class JsonReport implements Report {
    private static final int SCHEMA = 1;

    private final PrintStream out;
    private String program = "";

    JsonReport(PrintStream out) {
        this.out = out;
    }

    @Override
    public void begin(String what) {
        program = what;
    }

    @Override
    public void add(Verdict verdict) {
        // All at the end.
    }

    @Override
    public void progress(String what, double part) {
        // Nobody looks.
    }

    @Override
    public void end(Findings findings, int exitCode, Duration took) {
        JsonArray verdicts = new JsonArray();
        findings.all().forEach(verdict -> verdicts.add(json(verdict)));
        JsonObject counts = new JsonObject();
        for (Kind kind : Kind.values()) {
            counts.put(kind.name().toLowerCase(Locale.ROOT), findings.count(kind));
        }
        JsonObject document = new JsonObject()
                .put("schema", SCHEMA)
                .put("program", program)
                .put("fits", exitCode == Check.FITS)
                .put("exit_code", exitCode)
                .put("seconds", took.toMillis() / 1000.0)
                .put("counts", counts)
                .put("verdicts", verdicts);
        out.println(document.encodePrettily());
        out.flush();
    }

    private static JsonObject json(Verdict verdict) {
        JsonObject json = new JsonObject()
                .put("verdict", verdict.kind().word())
                .put("check", verdict.check())
                .put("about", verdict.about())
                .put("seen", verdict.seen())
                .put("do", verdict.advice());
        if (!verdict.details().isEmpty()) {
            json.put("details", new JsonArray(verdict.details()));
        }
        if (!verdict.figures().isEmpty()) {
            json.put("figures", new JsonObject(verdict.figures()));
        }
        return json;
    }
}
