package io.merlinadapter.benchmarks;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonScanner;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The check of a body alone, of 100 kB of each kind of JSON: the same code is fast with one and slow with another. */
@State(Scope.Thread)
public class ScanBenchmark {
    private static final int SIZE = 100_000;

    @Param({"rows", "spaced", "integers", "text", "letters", "records", "indented"})
    String kind = "";

    private byte[] body = {};

    /** Makes the body. */
    @Setup
    public void prepare() {
        Random random = new Random(17);
        body = switch (kind) {
            case "rows" -> Samples.body(SIZE);
            case "spaced" -> Samples.array(SIZE, ", ", () -> Samples.row(random, ", "));
            case "integers" -> Samples.array(SIZE, ",", () -> Samples.integers(random));
            case "text" -> Samples.array(SIZE, ",", () -> Samples.text(random, "etaoinshrdlu"));
            case "letters" -> Samples.array(SIZE, ",", () -> Samples.text(random, "etaoinséüšж中の"));
            case "records" -> Samples.array(SIZE, ",", () -> Samples.record(random, ""));
            case "indented" -> Samples.array(SIZE, ",", () -> Samples.record(random, "\n        "));
            default -> throw new IllegalStateException(kind);
        };
    }

    /** Structure, strings, numbers, UTF-8, depth. */
    @Benchmark
    public void scan() throws JsonException {
        JsonScanner.check(body, 0, body.length);
    }
}
