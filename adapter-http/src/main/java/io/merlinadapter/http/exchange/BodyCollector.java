package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.Body;
import io.merlinadapter.memory.BudgetedBuffer;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.vertx.core.buffer.Buffer;

/** The bytes of one request body, which may not exceed a limit, in a {@link BudgetedBuffer}. One thread at a time. */
final class BodyCollector {
    private static final int FIRST = 64 * 1024;
    private static final int FIRST_UNDECLARED = 4 * 1024;

    private final MemoryBudget budget;
    private final int limit;
    private final BudgetedBuffer bytes;

    /**
     * @param limit the number of bytes that must not be exceeded
     * @param declared the number of bytes that will come, or -1 when nobody said
     */
    BodyCollector(MemoryBudget budget, int limit, long declared) {
        this.budget = budget;
        this.limit = limit;
        int most = declared < 0 ? limit : (int) Math.min(declared, limit);
        this.bytes = new BudgetedBuffer(budget, declared < 0 ? FIRST_UNDECLARED : FIRST, most, 0);
    }

    void add(Buffer more) {
        add(more.length(), more::getBytes);
    }

    void add(byte[] source, int count) {
        add(count, (target, at) -> System.arraycopy(source, 0, target, at, count));
    }

    private void add(int count, BudgetedBuffer.Source source) {
        if (count > limit - bytes.length()) {
            throw tooLarge(limit, bytes.length() + (long) count);
        }
        if (!bytes.add(count, source)) {
            throw overloaded(budget);
        }
    }

    int length() {
        return bytes.length();
    }

    /** The bytes, with what was paid for them. This object is empty afterwards. */
    Body take() {
        return bytes.take();
    }

    /** Gives everything back. Further calls do nothing. */
    void release() {
        bytes.clear();
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
