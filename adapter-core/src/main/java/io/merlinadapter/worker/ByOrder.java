package io.merlinadapter.worker;

import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The next answer is for the request that was asked longest ago; the order is checked now and then. For the loop. */
final class ByOrder implements Attribution {
    private final Debts owed;
    private final OrderCheck order;
    private final Predicate<InFlight> isUntouched;
    private final Consumer<Answer> stray;

    /**
     * Trusts the order for the time being.
     *
     * @param isUntouched says of a request that the child has certainly not read it
     * @param stray gets what is no answer
     */
    ByOrder(Debts owed, OrderCheck order, Predicate<InFlight> isUntouched, Consumer<Answer> stray) {
        this.owed = owed;
        this.order = order;
        this.isUntouched = isUntouched;
        this.stray = stray;
    }

    @Override
    public @Nullable InFlight find(Answer answer, long readAt) {
        InFlight oldest = owed.oldest();
        if (oldest == null || oldest.sentAt() > readAt || isUntouched.test(oldest)) {
            stray.accept(answer);
            return null;
        }
        return oldest;
    }

    @Override
    public void answered() {
        order.answered(owed.isEmpty());
    }

    @Override
    public boolean allowsRequest() {
        return order.allows(owed.isEmpty());
    }

    @Override
    public boolean mustRest() {
        return order.isDue();
    }

    @Override
    public void stop() {
        order.stop();
    }
}
