package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.MemoryBudget;
import io.vertx.core.Handler;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The bodies that did not come with their headers. Nearly all bodies do, and are complete when the loop has finished what it
 * was reading; a task behind that reading, one for all of its requests, finds the others and gives them their timer. While
 * memory is short, those that come too slowly are ended. Event loop only.
 */
final class BodyTimeouts {
    /** What a body has to come with when others wait for memory, in bytes a second: a slow mobile network's rate. */
    static final int LEAST_RATE = 16 * 1024;

    private static final long LOOK_MILLIS = 1_000;
    private static final long FIRST_SECONDS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Exchanges exchanges;
    private final MemoryBudget budget;
    private final Handler<Void> sort = this::sort;
    private final Set<RequestBody> fresh = new LinkedHashSet<>();
    private final Set<RequestBody> late = new LinkedHashSet<>();
    private boolean sorting;
    private boolean looking;

    BodyTimeouts(Exchanges exchanges) {
        this.exchanges = exchanges;
        this.budget = exchanges.services().budget();
    }

    static boolean isSlow(long bytes, long nanos) {
        return bytes < LEAST_RATE * (nanos / (double) TimeUnit.SECONDS.toNanos(1));
    }

    void add(RequestBody body) {
        fresh.add(body);
        if (!sorting) {
            sorting = true;
            exchanges.context().runOnContext(sort);
        }
    }

    private void sort(Void nothing) {
        sorting = false;
        for (RequestBody body : fresh) {
            if (body.isReceiving()) {
                body.startDeadline();
                late.add(body);
            }
        }
        fresh.clear();
        if (!late.isEmpty() && !looking) {
            looking = true;
            exchanges.vertx().setPeriodic(LOOK_MILLIS, this::look);
        }
    }

    void remove(RequestBody body) {
        fresh.remove(body);
        late.remove(body);
    }

    private void look(long timer) {
        if (late.isEmpty()) {
            looking = false;
            exchanges.vertx().cancelTimer(timer);
        } else if (budget.isShort()) {
            endSlow(FIRST_SECONDS_NANOS);
        }
    }

    /** Ends the bodies that are older than this and have come too slowly. */
    void endSlow(long leastNanos) {
        for (RequestBody body : List.copyOf(late)) {
            body.endIfSlow(leastNanos);
        }
    }
}
