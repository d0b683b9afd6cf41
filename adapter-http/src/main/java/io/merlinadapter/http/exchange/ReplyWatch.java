package io.merlinadapter.http.exchange;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds callers who don't read their reply: it would hold its bytes, and their share of the budget, for ever. Looks once a
 * second, and only while a reply is outstanding. The replies form a list through their own links, oldest first, so that
 * the usual reply, which is written at once, costs no allocation. Belongs to one event loop.
 */
final class ReplyWatch {
    private static final long EVERY_MILLIS = 1_000;

    private final Vertx vertx;
    private final LongSupplier clock;
    private final long patienceNanos;
    private @Nullable Link first;
    private @Nullable Link last;
    private boolean looking;

    ReplyWatch(Vertx vertx, LongSupplier clock, Duration patience) {
        this.vertx = vertx;
        this.clock = clock;
        this.patienceNanos = patience.toNanos();
    }

    /** A reply being written. */
    abstract static class Link {
        private @Nullable Link before;
        private @Nullable Link after;
        private long sinceNanos;
        private boolean linked;

        /** The caller took too long. {@link ReplyWatch#remove} is still to be called, now or later. */
        abstract void tooSlow();
    }

    void add(Link reply) {
        reply.sinceNanos = clock.getAsLong();
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
            vertx.setPeriodic(EVERY_MILLIS, this::look);
        }
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
        long now = clock.getAsLong();
        for (Link oldest = first; oldest != null && now - oldest.sinceNanos >= patienceNanos; oldest = first) {
            remove(oldest);
            oldest.tooSlow();
        }
        if (first == null) {
            looking = false;
            vertx.cancelTimer(timer);
        }
    }
}
