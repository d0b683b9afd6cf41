package io.merlinadapter.benchmarks;

import io.merlinadapter.scripted.ScriptedChild;
import io.merlinadapter.scripted.ScriptedCore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Queue, pool, pipeline and channel, with the child in memory and a loop that is turned by hand: no system call, no other
 * thread. What the child itself costs is in it, about a third.
 */
@State(Scope.Thread)
public class DispatchBenchmark {
    private static final int AT_ONCE = 64;
    private static final String BODY = "{\"instances\":[[1.5,2.5,3.5,4.5]]}";
    private static final Duration BETWEEN = Duration.ofNanos(20_000);

    /** {@code json} has one request under way, {@code jsonrpc} all of them. */
    @Param({"json", "jsonrpc"})
    String format = "json";

    private ScriptedCore core = new ScriptedCore.Options().start();

    /** Starts the child. */
    @Setup
    public void prepare() {
        ScriptedCore.Options options = new ScriptedCore.Options();
        options.rpc = format.equals("jsonrpc");
        options.maxInFlight = options.rpc ? AT_ONCE : 1;
        options.orderCheck = Duration.ZERO;
        core = options.start();
        ScriptedChild child = core.child();
        child.onLine(line -> {
            child.write(options.rpc ? reply(line) : BODY);
            child.forget();
        });
        if (options.rpc) {
            core.says(child, reply(child.lastReceived()).replace(BODY, "{\"concurrency\":" + AT_ONCE + "}"));
        }
    }

    private static String reply(String line) {
        int id = line.indexOf("\"id\":");
        return "{\"jsonrpc\":\"2.0\"," + line.substring(id, line.indexOf(',', id)) + ",\"result\":" + BODY + "}";
    }

    /** One request of 64 that come in the same turn, from the call to the completed future. */
    @Benchmark
    @OperationsPerInvocation(AT_ONCE)
    public int dispatch() {
        List<ScriptedCore.Asked> asked = new ArrayList<>(AT_ONCE);
        for (int i = 0; i < AT_ONCE; i++) {
            asked.add(core.askInTheSameTurn(BODY, ScriptedCore.TIMEOUT));
        }
        core.advance(BETWEEN);
        int length = 0;
        for (ScriptedCore.Asked one : asked) {
            length += one.answer().length();
        }
        return length;
    }
}
