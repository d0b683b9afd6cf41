package io.merlinadapter.worker;

/**
 * The pool at one moment.
 *
 * @param ready workers that take requests
 * @param workers workers there should be
 * @param places requests that the ready workers can hold together
 * @param inFlight requests that children have and have not answered
 */
public record PoolStats(int ready, int workers, int places, int inFlight) {
    @Override
    public String toString() {
        return "workers (ready=" + ready + "/" + workers + ", in flight=" + inFlight + ")";
    }
}
