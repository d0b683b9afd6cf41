package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The programs that docs/protocol.md prints, made ready to run. */
enum ReferenceChild {
    PYTHON("python/predict.py", 1),
    PYTHON_THREADS("python/predict.py", 8),
    PYTHON_BATCHES("python-batches/predict.py", 1),
    NODE("node/predict.js", 64),
    GO("go/predict.go", 64),
    PYTHON_LIBRARY("python-library/predict.py", 1),
    PYTHON_ARROW("python-arrow/predict.py", 1);

    static final Path FOLDER = AdapterProcess.ROOT.resolve("examples/children");

    private static final Path TARGET = AdapterProcess.ROOT.resolve("examples/target/children");
    private static final Map<ReferenceChild, List<String>> READY = new EnumMap<>(ReferenceChild.class);

    private final String file;
    private final int concurrency;

    ReferenceChild(String file, int concurrency) {
        this.file = file;
        this.concurrency = concurrency;
    }

    /** Those that work on several calls at a time, and can be told to stop. */
    static List<ReferenceChild> concurrent() {
        return Arrays.stream(values()).filter(child -> child.concurrency > 1).toList();
    }

    /** Those that take several calls on a line. */
    static List<ReferenceChild> batching() {
        return List.of(PYTHON_BATCHES, NODE, GO);
    }

    /** Relative to {@link #FOLDER}. */
    String file() {
        return file;
    }

    Path source() {
        return FOLDER.resolve(file);
    }

    /** What starts it; the first time, it is built. */
    List<String> command() {
        return READY.computeIfAbsent(this, ReferenceChild::prepare);
    }

    private List<String> prepare() {
        String path = source().toString();
        return switch (this) {
            case PYTHON, PYTHON_BATCHES -> List.of("python3", path);
            case PYTHON_THREADS -> List.of("env", "THREADS=" + concurrency, "python3", path);
            case NODE -> List.of("node", path);
            case GO -> List.of(compiled().toString());
            case PYTHON_LIBRARY, PYTHON_ARROW -> List.of(withPackages().toString(), path);
        };
    }

    private Path compiled() {
        Path binary = TARGET.resolve("predict-go");
        // Who built it is of no interest, and git may refuse to tell.
        Tools.run(source().getParent(), "go", "build", "-buildvcs=false", "-o", binary.toString(), ".");
        return binary;
    }

    private Path withPackages() {
        Path folder = source().getParent();
        return Tools.python(TARGET.resolve("venv-of-" + folder.getFileName()), folder.resolve("requirements.txt"));
    }
}
