package io.merlinadapter.upi.payload;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.PredictException;

/**
 * What one translation has taken from the budget, so that one {@link #close()} gives everything back, however it ended.
 * Used by one thread at a time.
 */
final class Purse implements AutoCloseable {
    private final MemoryBudget budget;
    private final Way way;
    private final Account account;
    private long held;

    /** What all purses of one message hold together, the message with them. */
    private static final class Account {
        private long held;
    }

    /** @param message the bytes of the message, which were paid for before */
    Purse(MemoryBudget budget, Way way, int message) {
        this(budget, way, new Account());
        account.held = message;
    }

    private Purse(MemoryBudget budget, Way way, Account account) {
        this.budget = budget;
        this.way = way;
        this.account = account;
    }

    /** An empty one, for the same message. */
    Purse another() {
        return new Purse(budget, way, account);
    }

    Way way() {
        return way;
    }

    /** Takes {@code bytes} from the budget, before they are allocated. */
    void pay(long bytes) {
        if (!tryPay(bytes)) {
            throw account.held + bytes > budget.limit() ? way.neverFits(budget) : noMemory();
        }
    }

    /** Takes {@code bytes} from the budget, if there are so many. */
    boolean tryPay(long bytes) {
        boolean paid = budget.tryReserve(bytes);
        held += paid ? bytes : 0;
        account.held += paid ? bytes : 0;
        return paid;
    }

    void giveBack(long bytes) {
        held -= bytes;
        account.held -= bytes;
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
        account.held -= all;
        budget.release(all);
    }
}
