package io.merlinadapter.worker;

/**
 * The pool at one moment.
 *
 * @param ready workers that take requests
 * @param workers workers there should be
 * @param due workers that are ready, or on their way
 * @param places requests that the ready workers can hold together
 * @param inFlight requests that children have and have not answered
 */
public record PoolStats(int ready, int workers, int due, int places, int inFlight) {
    /** The figures that every change of state is logged with. */
    public String describe(int queued) {
        return "workers (ready=" + ready + "/" + workers + ", in flight=" + inFlight + ", queued=" + queued + ")";
    }
}
