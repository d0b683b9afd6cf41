package io.merlinadapter.worker;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.protocol.Message;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Each answer says the number of its request. A number is given once in the life of a worker, so an answer that is
 * unknown, late or repeated harms nobody. For the loop.
 */
final class ByNumber implements Attribution {
    private final Debts owed;
    private final PoolResources parts;
    private final LifeSigns signs;
    private final Predicate<InFlight> isUnbegun;

    /** {@code isUnbegun} says of a request that the child can't know it yet. */
    ByNumber(Debts owed, PoolResources parts, LifeSigns signs, Predicate<InFlight> isUnbegun) {
        this.owed = owed;
        this.parts = parts;
        this.signs = signs;
        this.isUnbegun = isUnbegun;
    }

    @Override
    public @Nullable InFlight find(Answer answer, long readAt) {
        InFlight asked = answer.id() == Message.SOLE ? owed.sole() : owed.find(answer.id());
        if (asked != null && asked.sentAt() <= readAt && !isUnbegun.test(asked)) {
            return asked;
        }
        String which = answer.id() == Message.SOLE ? "a request that it did not name" : "request " + answer.id();
        if (!(answer instanceof Answer.Refused refused && refused.why().kind() == FailureKind.BAD_REPLY)) {
            // The others have been counted, and warned of, where they were read.
            parts.metrics().unusableLine();
            signs.warn("it answered " + which + ", which it " + owes(answer.id()) + ": " + answer.preview());
        }
        answer.drop();
        return null;
    }

    private String owes(long id) {
        if (id == Message.SOLE) {
            return "can only do while it has just one";
        }
        return owed.wasGiven(id) && owed.find(id) == null ? "has answered before" : "was never asked";
    }

    @Override
    public void answered() {
        // One answer says nothing about the others.
    }

    @Override
    public boolean allowsRequest() {
        return true;
    }

    @Override
    public boolean mustRest() {
        return false;
    }

    @Override
    public void stop() {
        // Nothing is under way.
    }
}
