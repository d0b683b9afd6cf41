package io.merlinadapter.http;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;

/**
 * Bytes of unknown number gathered in one array that grows, every growth paid for from the budget before it is made.
 * Used by one thread at a time.
 */
final class BodyCollector {
    private static final int FIRST = 64 * 1024;
    private static final int FIRST_UNDECLARED = 4 * 1024;
    private static final byte[] NOTHING = {};

    private final MemoryBudget budget;
    private final int limit;
    private final long declared;
    private byte[] bytes = NOTHING;
    private int length;

    /**
     * @param limit the number of bytes that must not be exceeded
     * @param declared the number of bytes that will come, or -1 when nobody said
     */
    BodyCollector(MemoryBudget budget, int limit, long declared) {
        this.budget = budget;
        this.limit = limit;
        this.declared = declared;
    }

    void add(Buffer more) {
        int count = more.length();
        makeRoom(count);
        more.getBytes(bytes, length);
        length += count;
    }

    void add(byte[] source, int count) {
        makeRoom(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
    }

    int length() {
        return length;
    }

    /** The bytes, with what was paid for them. This object is empty afterwards. */
    Body take() {
        Body body = new Body(bytes, 0, length, budget, bytes.length);
        bytes = NOTHING;
        length = 0;
        return body;
    }

    /** Gives everything back. Further calls do nothing. */
    void release() {
        take().release();
    }

    private void makeRoom(int count) {
        if (count > limit - length) {
            throw tooLarge(limit, length + (long) count);
        }
        int needed = length + count;
        if (needed <= bytes.length) {
            return;
        }
        int capacity = Math.max(needed, nextCapacity());
        // Both arrays exist while the one is copied to the other, so both are paid for.
        if (!budget.tryReserve(capacity)) {
            throw overloaded(budget);
        }
        int before = bytes.length;
        bytes = copyPaid(capacity);
        budget.release(before);
    }

    private byte[] copyPaid(int capacity) {
        try {
            return Arrays.copyOf(bytes, capacity);
        } catch (OutOfMemoryError e) {
            // The budget promised more than the heap has: this request is refused, and the others go on.
            budget.release(capacity);
            throw overloaded(budget);
        }
    }

    private int nextCapacity() {
        long most = declared < 0 ? limit : Math.min(declared, limit);
        long wanted = bytes.length == 0 ? (declared < 0 ? FIRST_UNDECLARED : FIRST) : 2L * bytes.length;
        return (int) Math.min(wanted, most);
    }

    static PredictException tooLarge(int limit, long atLeast) {
        return PredictException.of(
                FailureKind.TOO_LARGE,
                "the request body has " + atLeast + " bytes or more (expected: at most " + limit
                        + "; --max-body sets the limit)");
    }

    static PredictException overloaded(MemoryBudget budget) {
        return PredictException.comeBack(
                FailureKind.OVERLOADED,
                "no memory for the request body: " + budget.used() + " of " + budget.limit()
                        + " bytes are in use (--memory-budget sets the limit)",
                1);
    }
}
