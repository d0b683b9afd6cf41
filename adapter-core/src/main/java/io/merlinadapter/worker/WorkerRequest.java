package io.merlinadapter.worker;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictException;
import java.nio.ByteBuffer;

/** A request on its way through a worker, and who is told how it ended. For the loop; exactly one of the calls comes. */
public interface WorkerRequest {
    /** The line that asks for it, under the number {@code id}. */
    ByteBuffer[] line(long id);

    /** What the line takes from the caller; the worker releases it when it needs it no more, unless the request comes back. */
    Body body();

    /** Whether a caller waits for it; else it is the adapter's own, and is not counted. */
    default boolean isCallers() {
        return true;
    }

    /** Whether the request may be given to another worker although this one has seen it. */
    boolean mayBeRepeated();

    /** The child's answer, which now belongs to the callee. */
    void answered(Body reply);

    void failed(PredictException why);

    /** The program answered with an error, whose code it was. */
    default void refused(int code, PredictException why) {
        failed(why);
    }

    /**
     * The worker died: another one may have the request.
     *
     * @param seen whether the child may have read it, which comes only if it {@link #mayBeRepeated()}
     */
    void comesBack(boolean seen);
}
