package io.merlinadapter.worker;

import io.merlinadapter.predict.FailureKind;
import io.merlinadapter.predict.PredictException;
import io.merlinadapter.transport.Line;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a worker owes, in the order in which it was asked. Each debt is settled once. For the loop. */
final class Debts {
    private final PoolResources parts;
    private final Map<Long, InFlight> owed = new LinkedHashMap<>();
    private long lastId;
    private long oldestSince;

    Debts(PoolResources parts) {
        this.parts = parts;
    }

    /** The number for the next request, which no other ever has. */
    long nextId() {
        return ++lastId;
    }

    /** Whether there was a request with this number. */
    boolean wasGiven(long id) {
        return id >= 1 && id <= lastId;
    }

    void add(InFlight inFlight) {
        oldestSince = owed.isEmpty() ? inFlight.sentAt() : oldestSince;
        owed.put(inFlight.id(), inFlight);
    }

    int size() {
        return owed.size();
    }

    boolean isEmpty() {
        return owed.isEmpty();
    }

    boolean includes(InFlight inFlight) {
        return owed.get(inFlight.id()) == inFlight;
    }

    /** Whether anybody waits for any of it. */
    boolean isAwaited() {
        return !owed.values().stream().allMatch(InFlight::isGivenUp);
    }

    /** The child was never given this one. */
    void forgive(InFlight inFlight) {
        owed.remove(inFlight.id());
        inFlight.exchange().body().release();
    }

    /** The request that was asked longest ago; null if nothing is owed. */
    @Nullable
    InFlight oldest() {
        return owed.isEmpty() ? null : owed.values().iterator().next();
    }

    /** Since when {@link #oldest()} is the oldest: a child that keeps the order has worked on it no longer. */
    long oldestSince() {
        return oldestSince;
    }

    /** The request with this number; null if it is not owed. */
    @Nullable
    InFlight find(long id) {
        return owed.get(id);
    }

    /** The only request; null if there are several, or none. */
    @Nullable
    InFlight sole() {
        return owed.size() == 1 ? oldest() : null;
    }

    /** How many nobody waits for any more, not even here. */
    int abandoned() {
        int count = 0;
        for (InFlight inFlight : owed.values()) {
            count += inFlight.isAbandoned() ? 1 : 0;
        }
        return count;
    }

    /** Hands an answer to a request that is owed one. */
    void settle(InFlight inFlight, Answer answer) {
        oldestSince = oldest() == inFlight ? parts.loop().now() : oldestSince;
        owed.remove(inFlight.id());
        inFlight.over();
        inFlight.exchange().body().release();
        if (inFlight.exchange().isCallers()) {
            parts.metrics().workerAnswered(parts.loop().now() - inFlight.sentAt());
        }
        if (inFlight.isGivenUp()) {
            parts.metrics().lateReply();
            answer.drop();
        } else if (answer instanceof Answer.Given given) {
            inFlight.exchange().answered(given.body());
        } else if (answer instanceof Answer.Refused refused) {
            inFlight.exchange().refused(refused.code(), refused.why());
        }
    }

    /**
     * The child is gone: nothing will be answered any more.
     *
     * @param unread lines of which the child has read nothing
     * @return how many requests the child had read
     */
    int writeOff(List<Line> unread, String why) {
        List<InFlight> left = new ArrayList<>(owed.values());
        owed.clear();
        int inside = 0;
        // From the last to the first: each that comes back goes to the head of the queue.
        for (int i = left.size() - 1; i >= 0; i--) {
            InFlight lost = left.get(i);
            boolean seen = !unread.contains(lost.line());
            inside += seen ? 1 : 0;
            lose(lost, seen, why);
        }
        return inside;
    }

    private static void lose(InFlight inFlight, boolean seen, String why) {
        inFlight.over();
        WorkerRequest exchange = inFlight.exchange();
        if (!inFlight.isGivenUp() && (!seen || exchange.mayBeRepeated())) {
            exchange.comesBack(seen);
            return;
        }
        exchange.body().release();
        if (!inFlight.isGivenUp()) {
            exchange.failed(PredictException.of(
                    FailureKind.WORKER_LOST,
                    "the program was lost while it worked on this request: " + why
                            + "; the adapter's log has its last words"));
        }
    }
}
