package io.merlinadapter.upi.payload;

import io.merlinadapter.memory.MemoryBudget;
import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;

/** Which way a message goes, and so whose fault it is that it can't. */
enum Way {
    /** From a caller to the program. */
    IN,
    /** From the program to a caller. */
    OUT;

    /** The message is not what it should be. */
    PredictException fault(String what) {
        return this == IN
                ? PredictException.of(FailureKind.INVALID_REQUEST, what)
                : PredictException.of(FailureKind.BAD_REPLY, what);
    }

    PredictException noMemory(MemoryBudget budget) {
        String rest =
                ": " + budget.used() + " of " + budget.limit() + " bytes are in use (--memory-budget sets the limit)";
        return this == IN
                ? PredictException.comeBack(
                        FailureKind.OVERLOADED, "no memory to translate the request for the program" + rest, 1)
                : fault("no memory to translate the program's reply" + rest);
    }

    /** The message alone needs more than all of the budget: to come back would not help. */
    PredictException neverFits(MemoryBudget budget) {
        String rest = " needs more than the " + budget.limit() + " bytes of --memory-budget; raise it";
        return this == IN
                ? PredictException.of(FailureKind.TOO_LARGE, "translating the request for the program" + rest)
                : fault("translating the program's reply" + rest);
    }

    PredictException tooLong(int limit) {
        return this == IN
                ? PredictException.of(
                        FailureKind.TOO_LARGE,
                        "the request has more than " + limit + " bytes as JSON for the program (expected: at most "
                                + limit + "; --max-body sets the limit)")
                : fault("the program's reply makes a response of more than " + limit + " bytes (expected: at most "
                        + limit + "; --max-reply sets the limit)");
    }
}
