package io.merlinadapter.upi.payload;

import io.merlinadapter.predict.Body;
import io.merlinadapter.predict.MemoryBudget;
import io.merlinadapter.predict.PredictException;

/**
 * What one translation has taken from the budget, so that one {@link #close()} gives everything back, however it ended.
 * Used by one thread at a time.
 */
final class Purse implements AutoCloseable {
    private final MemoryBudget budget;
    private final Way way;
    private long held;

    Purse(MemoryBudget budget, Way way) {
        this.budget = budget;
        this.way = way;
    }

    /** An empty one, of the same budget. */
    Purse another() {
        return new Purse(budget, way);
    }

    Way way() {
        return way;
    }

    /** Takes {@code bytes} from the budget, before they are allocated. */
    void pay(long bytes) {
        if (!tryPay(bytes)) {
            throw noMemory();
        }
    }

    /** Takes {@code bytes} from the budget, if there are so many. */
    boolean tryPay(long bytes) {
        boolean paid = budget.tryReserve(bytes);
        held += paid ? bytes : 0;
        return paid;
    }

    void giveBack(long bytes) {
        held -= bytes;
        budget.release(bytes);
    }

    PredictException noMemory() {
        return way.noMemory(budget);
    }

    /** A body of the first {@code length} bytes, which were paid for from here and are the body's to give back now. */
    Body body(byte[] bytes, int length) {
        held -= bytes.length;
        return new Body(bytes, 0, length, budget, bytes.length);
    }

    /** Gives back what is still held. Further calls do nothing. */
    @Override
    public void close() {
        long all = held;
        held = 0;
        budget.release(all);
    }
}
