package io.merlinadapter.worker;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.protocol.Capabilities;
import io.merlinadapter.protocol.Format;
import io.merlinadapter.protocol.Message;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The first exchange with a child, in a format that has one: what it answers is what it can do. For the loop. */
final class Greeting implements WorkerRequest {
    private static final Body NOTHING = new Body(new byte[0], 0, 0, new MemoryBudget(0), 0);

    private final Format format;
    private final int worker;
    private final Readiness readiness;

    Greeting(Format format, int worker, Readiness readiness) {
        this.format = format;
        this.worker = worker;
        this.readiness = readiness;
    }

    @Override
    public ByteBuffer[] line(long id) {
        return new ByteBuffer[] {Objects.requireNonNull(format.initialize(id, worker))};
    }

    @Override
    public Body body() {
        return NOTHING;
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
        try {
            readiness.greeted(format.capabilities(reply));
        } catch (IllegalArgumentException e) {
            readiness.failed("its answer to initialize can't be used: " + e.getMessage());
        } finally {
            reply.release();
        }
    }

    @Override
    public void refused(int code, PredictException why) {
        if (code == Message.Failure.METHOD_NOT_FOUND) {
            // The smallest program only knows how to predict.
            readiness.greeted(Capabilities.LEAST);
        } else {
            failed(why);
        }
    }

    @Override
    public void failed(PredictException why) {
        readiness.failed("it could not initialize: " + why.reason());
    }

    @Override
    public void comesBack(boolean seen) {
        // It ended before it read its first line, which is its death's business.
        readiness.stop();
    }
}
