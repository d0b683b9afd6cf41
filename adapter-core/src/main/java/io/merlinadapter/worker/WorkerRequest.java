package io.merlinadapter.worker;

import io.merlinadapter.memory.Body;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.predict.PredictRequest;

/**
 * A request on its way through a worker, and its owner, who is told the outcome: exactly one of {@link #answered},
 * {@link #failed}, {@link #refused} and {@link #comesBack}, unless the owner gave it up before. Event loop only.
 */
public interface WorkerRequest {
    /**
     * What the program is asked. The worker releases the body as soon as it needs it no more, unless the request comes back.
     */
    PredictRequest asked();

    /** False for the adapter's own requests (initialize, warm-up), which are not counted. */
    default boolean isCallers() {
        return true;
    }

    /** How many requests of callers this is: more than one if the program gets several as one. */
    default int calls() {
        return 1;
    }

    /** Of a request that was given up: true if that was because its deadline had passed. */
    default boolean isOverdue(long now) {
        return asked().deadline().passed(now);
    }

    /** True if another worker may get the request although this one may have read it. */
    boolean mayBeRepeated();

    /**
     * True if a worker has died with it in a batch, and it may have been the reason: no two such requests go to one worker at
     * a time, so that none of them dies twice of another.
     */
    default boolean isSuspect() {
        return false;
    }

    /** The program's reply, which now belongs to the callee, who says of it {@link InFlight#judge}. */
    void answered(Body reply);

    /** There will be no reply that can be used. */
    void failed(PredictException why);

    /** The program answered with an error; {@code code} as the program gave it. */
    default void refused(int code, PredictException why) {
        failed(why);
    }

    /**
     * The program answered with an error that may be the fault of another request, which it had got together with this one:
     * the request is to be tried again, alone.
     */
    default void triedAlone() {
        throw new UnsupportedOperationException("it was with no other");
    }

    /**
     * The worker died, and another one may have the request, with its body.
     *
     * @param seen true if the child may have read it; such a request comes back only if it {@link #mayBeRepeated()}
     */
    void comesBack(boolean seen);
}
