package io.merlinadapter.worker;

import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.PredictException;

/** A request on its way through a worker, and who is told how it ended. For the loop; exactly one of the calls comes. */
public interface Exchange {
    /** The request line; the worker releases it when it needs it no more, unless the request comes back unwritten. */
    Body body();

    /** The child's answer, which now belongs to the callee. */
    void answered(Body reply);

    void failed(PredictException why);

    /** The worker died before a byte of the request was offered to it: any other worker may have it. */
    void unwritten();
}
