package io.merlinadapter.benchmarks;

import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a request costs while others wait: it should not matter how many. The child is in memory, as in the other one. */
@State(Scope.Thread)
public class QueueBenchmark {
    private static final String BODY = "{\"instances\":[[1.5,2.5,3.5,4.5]]}";
    /** So short that nobody's time is over, however many are asked. */
    private static final Duration BETWEEN = Duration.ofNanos(1);
    /** Far longer than any run. */
    private static final Duration TIMEOUT = Duration.ofHours(1);

    @Param({"10", "10000"})
    int waiting;

    private final Deque<ScriptedCore.Asked> asked = new ArrayDeque<>();
    private ScriptedCore core = new ScriptedCore.Options().start();

    /** Fills the queue. */
    @Setup
    public void prepare() {
        ScriptedCore.Options options = new ScriptedCore.Options();
        options.queueSize = 2 * waiting;
        options.requestTimeout = TIMEOUT;
        options.orderCheck = Duration.ZERO;
        core = options.start();
        asked.clear();
        for (int i = 0; i <= waiting; i++) {
            asked.add(core.askInTheSameTurn(BODY, TIMEOUT));
        }
        core.advance(BETWEEN);
    }

    /** One comes, and the one that has waited longest is answered. */
    @Benchmark
    public int dispatchWhileOthersWait() {
        asked.add(core.askInTheSameTurn(BODY, TIMEOUT));
        ScriptedChild child = core.child();
        core.says(child, BODY);
        child.forget();
        core.advance(BETWEEN);
        return asked.remove().answer().length();
    }
}
