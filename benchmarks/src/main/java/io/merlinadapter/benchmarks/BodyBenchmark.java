package io.merlinadapter.benchmarks;

import io.merlinadapter.json.JsonException;
import io.merlinadapter.json.JsonLine;
import io.merlinadapter.json.JsonScanner;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.JsonLines;
import io.merlinadapter.protocol.JsonRpc;
import io.merlinadapter.protocol.Message;
import io.merlinadapter.protocol.ModelInfo;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A body on its way to the program, and a reply on its way back: looked at once, never copied. */
@State(Scope.Thread)
public class BodyBenchmark {
    private static final long TIMEOUT_MILLIS = 30_000;

    @Param({"200", "10000", "1000000"})
    int size;

    private final MemoryBudget budget = new MemoryBudget(64 << 20);
    private final JsonLines lines = new JsonLines(JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL);
    private final JsonRpc rpc = new JsonRpc(
            JsonLines.ReplyKind.OBJECT, JsonLines.NanPolicy.FAIL, new ModelInfo("model", "1", "model-1", null));
    private final Deadline deadline = Deadline.after(0, Duration.ofMillis(TIMEOUT_MILLIS));
    private byte[] body = {};
    private byte[] answer = {};
    private long id;

    /** Makes the body, and the answer of a program that sends it back. */
    @Setup
    public void prepare() {
        body = Samples.body(size);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        line.writeBytes("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":".getBytes(StandardCharsets.UTF_8));
        line.writeBytes(body);
        line.write('}');
        answer = line.toByteArray();
    }

    /** The check alone: structure, strings, numbers, UTF-8, depth. */
    @Benchmark
    public void scan() throws JsonException {
        JsonScanner.check(body, 0, body.length);
    }

    /** From a caller's body to the parts of a line of JSON-RPC. */
    @Benchmark
    public ByteBuffer[] spliceRequest() {
        Body line = JsonLine.of(Samples.paid(body, budget));
        ByteBuffer[] parts =
                rpc.request(++id, new PredictRequest(line, deadline, "HTTP_JSON", Map.of()), TIMEOUT_MILLIS);
        line.release();
        return parts;
    }

    /** From a line of JSON-RPC to the answer in it. */
    @Benchmark
    public Message spliceReply() {
        return released(rpc.read(Samples.paid(answer, budget)));
    }

    /** From a bare line to the answer that it is. */
    @Benchmark
    public Message readLine() {
        return released(lines.read(Samples.paid(body, budget)));
    }

    private static Message released(@Nullable Message message) {
        if (message instanceof Message.Reply reply) {
            reply.body().release();
            return reply;
        }
        throw new IllegalStateException("the program's answer was read as " + message);
    }
}
