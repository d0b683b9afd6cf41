package io.merlinadapter.memory;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One account for all memory that callers and children make the adapter hold: connections, open requests, bodies on their
 * way, lines in flight, replies that are not taken yet, pages. It is paid for before it is held. Any thread.
 *
 * <p>Nobody can use all of it. Bodies of requests may fill {@link #forBodies()}, so that there is room left for the replies
 * to them; other large things {@link #forLarge()}; the rest is for what is small, so that small requests always get
 * through. A body that finds its share short waits for its turn with a {@link Claim}.
 */
public final class MemoryBudget {
    /** What is small, in bytes: pieces up to this size may use the whole budget. */
    public static final int SMALL = 64 * 1024;

    /** A claim that waits keeps the network from sending more, but what is on its way is held: about one window. */
    private static final int WINDOW = 64 * 1024;

    private static final ThreadLocal<@Nullable Spending> SPENDING = new ThreadLocal<>();

    private final long limit;
    private final @Nullable MemoryBudget whole;
    private final AtomicLong used;
    // A share is made for each message: it has those of the whole, where all wait.
    private final Deque<Claim> small;
    private final NavigableSet<Claim> large;
    private long heldByLarge;
    private long grantedToLarge;
    private long claims;
    private volatile int waiting;
    /** How many threads wait. */
    private final AtomicInteger blocked;

    private final ReentrantLock waitingRoom;
    private final Condition freed;

    public MemoryBudget(long limit) {
        this.limit = limit;
        this.whole = null;
        this.used = new AtomicLong();
        this.small = new ArrayDeque<>();
        this.large = new TreeSet<>(
                Comparator.comparingLong((Claim claim) -> claim.turn).thenComparingLong(claim -> claim.number));
        this.blocked = new AtomicInteger();
        this.waitingRoom = new ReentrantLock();
        this.freed = waitingRoom.newCondition();
    }

    private MemoryBudget(MemoryBudget whole, long used) {
        this.limit = whole.forLarge();
        this.whole = whole;
        this.used = new AtomicLong(used);
        this.small = whole.small;
        this.large = whole.large;
        this.blocked = whole.blocked;
        this.waitingRoom = whole.waitingRoom;
        this.freed = whole.freed;
    }

    /**
     * The share of one message in this budget: what is taken from it is taken from this budget, too. What it refuses would
     * not even fit if the message were alone.
     *
     * @param held what the message has taken from this budget before, and gives back without the share
     */
    public MemoryBudget share(long held) {
        return new MemoryBudget(this, held);
    }

    /** Takes {@code bytes} if they fit: small ones into the whole budget, large ones into {@link #forLarge()}. */
    public boolean tryReserve(long bytes) {
        if (whole != null) {
            return takeOf(whole, bytes);
        }
        Spending own = own();
        long drawn = own == null ? 0 : Math.min(own.left, bytes);
        if (drawn < bytes && !take(bytes - drawn, bytes <= SMALL ? limit : forLarge())) {
            return false;
        }
        if (own != null) {
            own.left -= drawn;
        }
        return true;
    }

    private boolean takeOf(MemoryBudget budget, long bytes) {
        if (used.addAndGet(bytes) <= limit && budget.tryReserve(bytes)) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /**
     * Does work for which memory has been taken before: what it reserves comes out of that, and what it gives back goes
     * there, so that nobody else gets hold of it in between. What is left is given back at the end.
     *
     * @param prepaid what was taken for it
     * @param work does all of it on the calling thread
     */
    public <T> T spend(long prepaid, Supplier<T> work) {
        if (prepaid == 0) {
            return work.get();
        }
        Spending own = new Spending(this, prepaid);
        SPENDING.set(own);
        try {
            return work.get();
        } finally {
            SPENDING.set(null); // removed, it would be made again by the next who asks
            release(own.left);
        }
    }

    private @Nullable Spending own() {
        Spending now = SPENDING.get();
        return now != null && now.of == this ? now : null;
    }

    /** What the work on this thread has left to spend. */
    private static final class Spending {
        private final MemoryBudget of;
        private long left;

        Spending(MemoryBudget of, long left) {
            this.of = of;
            this.left = left;
        }
    }

    /**
     * Takes {@code bytes} for a body that grows, if nobody waits and the bodies' share is less than half used: there is
     * no need to think of others. Else it is to make a {@link Claim} for all that it will need.
     */
    public boolean tryReserveFreely(long bytes) {
        return bytes <= SMALL ? tryReserve(bytes) : waiting == 0 && take(bytes, forBodies() / 2);
    }

    private boolean take(long bytes, long most) {
        if (used.addAndGet(bytes) <= most) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    /**
     * As {@link #tryReserve}, but waits for others to give back. For threads that may wait.
     *
     * @param most the longest to wait; not at all if it is zero
     */
    public boolean reserveWithin(long bytes, Duration most) {
        if (tryReserve(bytes)) {
            return true;
        }
        if (most.isZero() || bytes > forLarge()) {
            return false;
        }
        blocked.incrementAndGet();
        waitingRoom.lock();
        try {
            long left = most.toNanos();
            boolean taken = tryReserve(bytes);
            while (!taken && left > 0) {
                left = freed.awaitNanos(left);
                taken = tryReserve(bytes);
            }
            return taken;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waitingRoom.unlock();
            blocked.decrementAndGet();
        }
    }

    /** Takes {@code bytes} even when they do not fit: for what was paid for in advance, and for the little that can't wait. */
    public void reserve(long bytes) {
        used.addAndGet(bytes);
        if (whole != null) {
            whole.reserve(bytes);
        }
    }

    /** Gives back, and serves those who wait. */
    public void release(long bytes) {
        Spending own = own();
        if (own != null) {
            own.left += bytes;
            return;
        }
        used.addAndGet(-bytes);
        if (whole != null) {
            whole.release(bytes);
            return;
        }
        if (waiting > 0) {
            serve();
        }
        if (blocked.get() > 0) {
            waitingRoom.lock();
            try {
                freed.signalAll();
            } finally {
                waitingRoom.unlock();
            }
        }
    }

    /** A wish for memory that waits for its turn. The calls come on any thread, once, after {@link #claim}, or within it. */
    public abstract static class Claim {
        private final long bytes;
        private final long held;
        private long turn;
        private long number;

        /**
         * @param bytes what is needed
         * @param held what whoever waits holds of this budget, and gives back if it is refused
         */
        protected Claim(long bytes, long held) {
            this.bytes = bytes;
            this.held = held;
        }

        /** The bytes were taken, and are the claimer's to give back. */
        protected abstract void granted();

        /** There is no hope: too many wait, or all memory is held by those who wait. */
        protected abstract void refused();
    }

    /**
     * Takes what is claimed, now or later. Small claims come first, in their order. Of the others, one that claims so many
     * bytes more than another has its turn as if it had come so many granted bytes later (start-time fair queueing): those
     * who claim much and send nothing don't keep the rest waiting, and nobody waits for ever.
     */
    public void claim(Claim claim) {
        List<Claim> refused = new ArrayList<>();
        synchronized (small) {
            claim.turn = grantedToLarge + claim.bytes;
            claim.number = ++claims;
            queueOf(claim).add(claim);
            heldByLarge += claim.bytes > SMALL ? claim.held : 0;
            if (small.size() > mostWaiting()) {
                refused.add(small.removeLast());
            }
            if (large.size() > mostWaiting()) {
                refused.add(refuseLast());
            }
            count();
        }
        refused.forEach(Claim::refused);
        serve();
    }

    private Claim refuseLast() {
        Claim last = large.last();
        large.remove(last);
        left(last);
        return last;
    }

    /** Forgets a claim. Returns whether it was still waiting: neither was it granted nor refused, and it will not be. */
    public boolean withdraw(Claim claim) {
        boolean waited;
        synchronized (small) {
            waited = queueOf(claim).remove(claim);
            if (waited) {
                left(claim);
            }
        }
        if (waited && waiting > 0) {
            serve();
        }
        return waited;
    }

    private Collection<Claim> queueOf(Claim claim) {
        return claim.bytes <= SMALL ? small : large;
    }

    private void left(Claim claim) {
        count();
        heldByLarge -= claim.bytes <= SMALL ? 0 : claim.held;
    }

    private void count() {
        waiting = small.size() + large.size();
    }

    private long mostWaiting() {
        return Math.max(16, limit / 8 / WINDOW);
    }

    private void serve() {
        List<Claim> granted = new ArrayList<>();
        List<Claim> refused = new ArrayList<>();
        synchronized (small) {
            grant(small, limit, granted);
            grant(large, forBodies(), granted);
            refuseHopeless(refused);
        }
        granted.forEach(Claim::granted);
        refused.forEach(Claim::refused);
    }

    private void grant(Collection<Claim> queue, long most, List<Claim> granted) {
        for (Iterator<Claim> waiting = queue.iterator(); waiting.hasNext(); ) {
            Claim next = waiting.next();
            if (!take(next.bytes, most)) {
                return;
            }
            waiting.remove();
            left(next);
            grantedToLarge += queue == large ? next.bytes : 0;
            granted.add(next);
        }
    }

    /**
     * Where those who wait hold so much that the first of them could not be served beside them, the last of them go: else
     * all would wait for each other. A quarter of the room is left for those who hold memory and don't wait, perhaps for long.
     */
    private void refuseHopeless(List<Claim> refused) {
        Iterator<Claim> fromLast = large.descendingIterator();
        while (fromLast.hasNext()) {
            Claim first = large.first();
            if (heldByLarge - first.held <= (forBodies() - first.bytes - first.held) / 4 * 3) {
                return;
            }
            Claim last = fromLast.next();
            if (last.held > 0) {
                fromLast.remove();
                left(last);
                refused.add(last);
            }
        }
    }

    /** Whether somebody waits for memory. */
    public boolean isShort() {
        return waiting > 0;
    }

    public long used() {
        return used.get();
    }

    public long limit() {
        return limit;
    }

    /** What large pieces may use at most, and so the most that a single one can have. */
    public long forLarge() {
        return limit - limit / 8;
    }

    /** What is used when bodies of requests can't grow any more, and so the most that a single one can have. */
    public long forBodies() {
        return limit - limit / 8 * 3;
    }
}
