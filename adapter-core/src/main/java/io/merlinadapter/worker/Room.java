package io.merlinadapter.worker;

import io.merlinadapter.predict.PredictRequest;
import io.merlinadapter.protocol.MergedInstances;

/**
 * What may go to a worker on its next line.
 *
 * @param most requests
 * @param delayNanos how long fewer of them may wait for others
 * @param merges true if the program knows nothing of batches: the instances of all go to it as those of one
 */
public record Room(int most, long delayNanos, boolean merges) {
    static final Room FOR_ONE = new Room(1, 0, false);

    /** True of a request that may go with others of which that is true. */
    public boolean mayShare(PredictRequest asked) {
        return !merges || MergedInstances.mayShare(asked.body());
    }

    /** True of a worker whose program takes several requests on one line. */
    public boolean isForBatches() {
        return most > 1;
    }
}
