package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The folders of examples/templates, and the program of src/test/helpers that asks everything of the helper in it. */
enum Template {
    PYTHON("python", "merlin_adapter.py"),
    R("r", "merlin_adapter.R"),
    NODE("node", "merlin-adapter.js"),
    GO("go", "merlinadapter/merlinadapter.go");

    private static final Path ALL = AdapterProcess.ROOT.resolve("examples/templates");
    private static final Path TRIALS = AdapterProcess.ROOT.resolve("examples/src/test/helpers");
    private static final Path TARGET = AdapterProcess.ROOT.resolve("examples/target/templates");
    private static final Map<Template, List<String>> PROGRAMS = new EnumMap<>(Template.class);
    private static final Map<Template, List<String>> TRIAL_PROGRAMS = new EnumMap<>(Template.class);

    private final String folder;
    private final String helper;

    Template(String folder, String helper) {
        this.folder = folder;
        this.helper = helper;
    }

    String language() {
        return folder;
    }

    Path folder() {
        return ALL.resolve(folder);
    }

    Path helper() {
        return folder().resolve(helper);
    }

    /** What starts the template's program, in its folder; the first time, it is built. */
    List<String> program() {
        synchronized (PROGRAMS) {
            return PROGRAMS.computeIfAbsent(this, template -> template.command(template.folder()));
        }
    }

    /** What starts the program that tries the helper. */
    List<String> trial() {
        synchronized (TRIAL_PROGRAMS) {
            return TRIAL_PROGRAMS.computeIfAbsent(
                    this, template -> template.command(template == GO ? TRIALS.resolve("go") : TRIALS));
        }
    }

    private List<String> command(Path where) {
        return switch (this) {
            // Debian's, which has pandas.
            case PYTHON ->
                List.of("/usr/bin/python3", "-B", where.resolve("predict.py").toString());
            case R -> List.of("Rscript", where.resolve("predict.R").toString());
            case NODE -> List.of("node", where.resolve("predict.js").toString());
            case GO -> {
                Path binary = TARGET.resolve(where.equals(folder()) ? "deliveries" : "helped");
                Tools.run(where, "go", "build", "-buildvcs=false", "-o", binary.toString(), ".");
                yield List.of(binary.toString());
            }
        };
    }
}
