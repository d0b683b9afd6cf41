package io.merlinadapter.upi.table;

import io.merlinadapter.memory.BudgetedBuffer;
import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;

/** The memory that the translation of one message takes, and whose fault it is if there is too little. For one thread. */
final class MessageMemory {
    private final boolean isRequest;
    private final int size;
    private final MemoryBudget budget;
    private final MemoryBudget share;
    private boolean squeezed;

    /**
     * @param isRequest whether it is a caller's request; else it is a program's reply
     * @param size the length of the message
     * @param held what has been paid for it already
     */
    MessageMemory(boolean isRequest, MemoryBudget budget, int size, long held) {
        this.isRequest = isRequest;
        this.size = size;
        this.budget = budget;
        this.share = budget.share(held);
    }

    /** An empty buffer that grows only as far as it is told to. */
    BudgetedBuffer buffer() {
        return new BudgetedBuffer(share, 0, 0, 0);
    }

    /** Makes the buffer {@code preferred} bytes long if there is memory for that, and {@code needed} in any case. */
    void grow(BudgetedBuffer buffer, long needed, long preferred) {
        if (preferred > needed && preferred <= Integer.MAX_VALUE && buffer.ensureCapacity((int) preferred)) {
            return;
        }
        squeezed |= share.used() + preferred <= share.limit();
        if (needed > Integer.MAX_VALUE || !buffer.ensureCapacity((int) needed)) {
            throw exhausted(needed);
        }
    }

    /** Takes {@code bytes} from the budget, before they are allocated. */
    void pay(long bytes) {
        if (!share.tryReserve(bytes)) {
            throw exhausted(bytes);
        }
    }

    void giveBack(long bytes) {
        share.release(bytes);
    }

    /** To come back helps unless the message needs more than all there is; which is certain only if others took nothing from it. */
    private PredictException exhausted(long bytes) {
        boolean never = !squeezed && share.used() + bytes > share.limit();
        if (isRequest) {
            return never
                    ? PredictException.of(FailureKind.TOO_LARGE, "the request: " + neverFits("JSON for the program"))
                    : PredictException.comeBack(
                            FailureKind.OVERLOADED, "no memory to translate the request for the program" + inUse(), 1);
        }
        // Only a reply that never fits is the program's fault.
        return never
                ? PredictException.of(FailureKind.BAD_REPLY, "the program's reply: " + neverFits("a response"))
                : PredictException.of(FailureKind.INTERNAL, "no memory to translate the program's reply" + inUse());
    }

    private String neverFits(String result) {
        return "to make " + result + " of its " + size + " bytes takes more than the " + budget.limit()
                + " bytes of --memory-budget; raise it, and the heap with it (-Xmx in ADAPTER_JAVA_OPTS)";
    }

    private String inUse() {
        return ": " + budget.used() + " of " + budget.limit() + " bytes are in use (--memory-budget sets the limit)";
    }

    /** What is made of the message has more than {@code limit} bytes. */
    PredictException tooLong(int limit) {
        String expected = " (expected: at most " + limit + "; ";
        return isRequest
                ? PredictException.of(
                        FailureKind.TOO_LARGE,
                        "the request has more than " + limit + " bytes as JSON for the program" + expected
                                + "--max-body sets the limit)")
                : PredictException.of(
                        FailureKind.BAD_REPLY,
                        "the program's reply makes a response of more than " + limit + " bytes" + expected
                                + "--max-reply sets the limit)");
    }
}
