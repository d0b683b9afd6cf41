package io.merlinadapter.benchmarks;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.transport.LineSplitter;
import java.time.Duration;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a child writes, cut into lines: one line of each size an operation, in pieces as a pipe hands them over. */
@State(Scope.Thread)
public class FramingBenchmark implements LineSplitter.Sink {
    private static final int PIPE = 64 * 1024;

    @Param({"200", "10000", "1000000"})
    int size;

    private final MemoryBudget budget = new MemoryBudget(64 << 20);
    private final LineSplitter splitter = new LineSplitter(16 << 20, budget, Duration.ZERO, this);
    private byte[][] pieces = {};
    private int lines;

    /** Makes the line and cuts it. */
    @Setup
    public void prepare() {
        byte[] body = Samples.body(size);
        byte[] line = Arrays.copyOf(body, body.length + 1);
        line[body.length] = '\n';
        pieces = new byte[(line.length + PIPE - 1) / PIPE][];
        for (int i = 0; i < pieces.length; i++) {
            pieces[i] = Arrays.copyOfRange(line, i * PIPE, Math.min(line.length, (i + 1) * PIPE));
        }
    }

    /** One line. */
    @Benchmark
    public int frame() {
        int before = lines;
        for (byte[] piece : pieces) {
            splitter.feed(piece, piece.length);
        }
        if (lines != before + 1) {
            throw new IllegalStateException("one line was read as " + (lines - before));
        }
        return lines;
    }

    @Override
    public void line(Body line) {
        lines++;
        line.release();
    }

    @Override
    public void skip(byte[] bytes, int offset, int length) {
        throw new IllegalStateException("no line is too long");
    }

    @Override
    public void cut(long total, String limit) {
        throw new IllegalStateException("no line is too long");
    }
}
