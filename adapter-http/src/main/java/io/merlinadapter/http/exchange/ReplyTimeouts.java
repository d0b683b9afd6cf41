package io.merlinadapter.http.exchange;

import io.merlinadapter.memory.MemoryBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds callers who don't read their reply: it would hold its bytes, and their share of the budget, for ever. Looks once a
 * second, and only while a reply is outstanding. While memory is short, those that are read too slowly are ended before
 * their time. The replies form a list through their own links, oldest first, so that the usual reply, which is written at
 * once, costs no allocation. Event loop only.
 */
final class ReplyTimeouts {
    private static final long EVERY_MILLIS = 1_000;
    private static final long FIRST_SECONDS_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Exchanges exchanges;
    private final MemoryBudget budget;
    private final long patienceNanos;
    private @Nullable Link first;
    private @Nullable Link last;
    private boolean looking;

    ReplyTimeouts(Exchanges exchanges) {
        this.exchanges = exchanges;
        this.budget = exchanges.services().budget();
        this.patienceNanos = exchanges.settings().requestTimeout().toNanos();
    }

    /** A reply being written. */
    abstract static class Link {
        private @Nullable Link before;
        private @Nullable Link after;
        private long sinceNanos;
        private long progressNanos;
        private boolean linked;

        /** The caller took too long. {@link ReplyTimeouts#remove} is still to be called, now or later. */
        abstract void tooSlow();

        /** How many bytes have been handed to the network; all but the last piece of them have been taken. */
        abstract int written();
    }

    void add(Link reply) {
        long now = exchanges.now();
        reply.sinceNanos = now;
        reply.progressNanos = now;
        reply.linked = true;
        reply.before = last;
        if (last == null) {
            first = reply;
        } else {
            last.after = reply;
        }
        last = reply;
        if (!looking) {
            looking = true;
            exchanges.vertx().setPeriodic(EVERY_MILLIS, this::look);
        }
    }

    /** A piece of it was taken. */
    void progressed(Link reply) {
        reply.progressNanos = exchanges.now();
    }

    void remove(Link reply) {
        if (!reply.linked) {
            return;
        }
        reply.linked = false;
        Link before = reply.before;
        Link after = reply.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        reply.before = null;
        reply.after = null;
    }

    private void look(long timer) {
        long now = exchanges.now();
        for (Link oldest = first; oldest != null && now - oldest.sinceNanos >= patienceNanos; oldest = first) {
            remove(oldest);
            oldest.tooSlow();
        }
        if (first == null) {
            looking = false;
            exchanges.vertx().cancelTimer(timer);
        } else if (budget.isShort()) {
            endSlow(FIRST_SECONDS_NANOS);
        }
    }

    /** Ends the replies of which nothing was taken for so long. */
    void endSlow(long leastNanos) {
        long now = exchanges.now();
        List<Link> slow = new ArrayList<>();
        for (Link reply = first; reply != null; reply = reply.after) {
            if (now - reply.progressNanos >= leastNanos
                    || (now - reply.sinceNanos >= leastNanos
                            && BodyTimeouts.isSlow(reply.written(), now - reply.sinceNanos))) {
                slow.add(reply);
            }
        }
        slow.forEach(reply -> {
            remove(reply);
            reply.tooSlow();
        });
    }
}
