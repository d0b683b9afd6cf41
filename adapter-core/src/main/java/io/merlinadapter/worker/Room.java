package io.merlinadapter.worker;

/**
 * What may go to a worker on its next line.
 *
 * @param most requests
 * @param delayNanos how long fewer of them may wait for others
 */
public record Room(int most, long delayNanos) {
    static final Room FOR_ONE = new Room(1, 0);

    /** True of a worker whose program takes several requests on one line. */
    public boolean isForBatches() {
        return most > 1;
    }
}
