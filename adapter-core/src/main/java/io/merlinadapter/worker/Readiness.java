package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.metrics.DeathReason;
import io.merlinadapter.predict.Deadline;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.Capabilities;
import io.merlinadapter.text.Durations;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides when a new worker counts as ready: when it has answered the warm-up and has then kept quiet, or, without one,
 * when it is still alive after a moment. For the loop.
 */
final class Readiness implements WorkerRequest {
    /** How long the end of a child may lag behind the end of its streams. */
    static final Duration GRACE = Duration.ofMillis(100);

    /** What programs are told that the warm-up came over. */
    private static final String WARMUP_PROTOCOL = "HTTP_JSON";

    /** The warm-up is no caller's. */
    private static final MemoryBudget UNPAID = new MemoryBudget(Long.MAX_VALUE);

    private final WorkerSettings.ReadinessSettings settings;
    private final PoolResources parts;
    private final Worker worker;
    private final boolean proven;
    private final long begunAt;
    private EventLoop.@Nullable Timer deadline;
    private EventLoop.@Nullable Timer settling;
    private String expected = "it was not ready";
    private boolean answered;

    Readiness(WorkerSettings.ReadinessSettings settings, PoolResources parts, Worker worker, boolean proven) {
        this.settings = settings;
        this.parts = parts;
        this.worker = worker;
        this.proven = proven;
        this.begunAt = parts.loop().now();
    }

    /** The child is being started: from now on it has its time. */
    void born() {
        deadline = parts.loop().after(settings.startupTimeout(), this::late);
    }

    /** The child runs. */
    void begin() {
        if (parts.format().hasIds()) {
            expected = "it did not answer initialize (does it speak --format=jsonrpc?)";
            worker.send(new Greeting(parts.format(), worker.number(), this));
        } else if (settings.warmup() != null) {
            warmUp();
        } else if (parts.channels().openingIsProof()) {
            worker.ready("it opened the channel after " + elapsed());
        } else if (proven || settings.settle().isZero()) {
            worker.ready("it runs");
        } else {
            settling = parts.loop().after(settings.settle(), () -> worker.ready("it still runs after " + elapsed()));
        }
    }

    private void warmUp() {
        expected = "it did not answer the warm-up request (--warmup)";
        worker.send(this);
    }

    /** It has answered the greeting. */
    void greeted(Capabilities capabilities) {
        if (worker.state() == WorkerState.STARTING) {
            worker.learned(capabilities);
            if (settings.warmup() != null) {
                warmUp();
            } else {
                worker.ready("it answered initialize after " + elapsed());
            }
        }
    }

    @Override
    public ByteBuffer[] line(long id) {
        Body body = body();
        Deadline deadline = Deadline.after(begunAt, settings.startupTimeout());
        byte[] particulars = parts.format().particulars(new PredictRequest(body, deadline, WARMUP_PROTOCOL, Map.of()));
        long left = deadline.remainingMillis(parts.loop().now());
        return parts.format().request(id, particulars, body, left);
    }

    @Override
    public Body body() {
        String warmup = settings.warmup() == null ? "" : settings.warmup();
        byte[] bytes = warmup.getBytes(StandardCharsets.UTF_8);
        return parts.format().accept(new Body(bytes, 0, bytes.length, UNPAID, 0));
    }

    @Override
    public boolean isCallers() {
        return false;
    }

    @Override
    public boolean mayBeRepeated() {
        return false;
    }

    @Override
    public void answered(Body reply) {
        reply.release();
        answered = true;
        if (!worker.mustRest()) {
            rested();
        }
    }

    /** It has kept quiet after its answer. */
    void rested() {
        if (answered && worker.state() == WorkerState.STARTING) {
            worker.ready("it answered the warm-up request after " + elapsed());
        }
    }

    @Override
    public void failed(PredictException why) {
        failed("the warm-up request (--warmup) failed: " + why.reason());
    }

    /** It is no use like this. */
    void failed(String why) {
        stop();
        worker.terminate(DeathReason.STARTUP, why);
    }

    @Override
    public void comesBack(boolean seen) {
        // It ended before it read its first line, which is its death's business.
        stop();
    }

    private void late() {
        worker.terminate(
                DeathReason.STARTUP,
                expected + " within --startup-timeout (" + Durations.show(settings.startupTimeout()) + "): "
                        + worker.signs().describe());
    }

    private String elapsed() {
        long millis = (parts.loop().now() - begunAt) / 1_000_000;
        return millis / 1000 + "." + millis / 100 % 10 + " s";
    }

    /** Nothing more is decided here. */
    void stop() {
        if (deadline != null) {
            deadline.stop();
        }
        if (settling != null) {
            settling.stop();
        }
    }
}
