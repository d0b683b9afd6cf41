package io.merlinadapter.examples;

import io.merlinadapter.cli.it.support.AdapterProcess;
import io.merlinadapter.cli.it.support.Tools;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the examples that know irises need, made ready to run. */
final class Iris {
    static final String XGBOOST = "iris-xgboost-python";
    static final String LEAVES = "iris-leaves-go";
    static final String ONNX = "iris-onnx-node";

    /** What is fetched, for those that run beside others: the pages' commands fetch it anew. */
    static final String FETCHED = "fetched packages";

    private static final Path EXAMPLES = AdapterProcess.ROOT.resolve("examples");

    private Iris() {}

    /** Whatever may have to be fetched, and so takes long. */
    static void prepare() {
        python();
        modules();
    }

    /** A Python that has XGBoost. */
    static Path python() {
        return Tools.python(
                EXAMPLES.resolve("target/iris-python"),
                ExampleContract.folder(XGBOOST).resolve("requirements.txt"));
    }

    /** The program in Go. */
    static synchronized Path leaves() {
        Path binary = EXAMPLES.resolve("target/iris-leaves");
        // Who built it is of no interest, and git may refuse to tell.
        Tools.run(ExampleContract.folder(LEAVES), "go", "build", "-buildvcs=false", "-o", binary.toString(), ".");
        return binary;
    }

    /** The ONNX runtime, beside the program in Node, where its Dockerfile needs it too; fetched once. */
    static synchronized Path modules() {
        Path folder = ExampleContract.folder(ONNX);
        Path modules = folder.resolve("node_modules");
        if (!Files.exists(modules.resolve(".package-lock.json"))) {
            Tools.run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        }
        return modules;
    }

    /** Fails unless a served model says what the library itself says, of all flowers of the data set and of many more. */
    static String compare(String protocol, URI served) {
        return Tools.run(
                EXAMPLES,
                python().toString(),
                "-B",
                EXAMPLES.resolve("src/test/python/iris_check.py").toString(),
                ExampleContract.folder(XGBOOST).resolve("artifact/iris.json").toString(),
                protocol,
                served.toString());
    }
}
