package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a worker idle for a moment, now and then, to see that it writes no line that nobody asked for: where order is the
 * only link between requests and replies, one such line shifts every later reply to the wrong caller. In a program that is
 * one reply ahead, the reply that is too many comes after no longer than it works on one request; so the rest is a few times
 * what the program usually takes, and is due each time that {@link #SHARE} times as long has passed. It is long before
 * anything is known of the program: after the first reply of a life.
 *
 * <p>What may be the beginning of a disorder makes a check due at once ({@link Habits.Alarm}), unless the same has meant nothing in
 * this program again and again. A worker that is idle of its own accord for long enough has passed.
 *
 * <p>A quick program needs less than the shortest rest. If it often pauses for as long as it needs, a reply too many would most
 * likely have come in one of these pauses. That proves nothing, so there are still checks, but fewer of them. Else their rests
 * would be what the slowest hundredth of its callers waits for. Event loop only.
 */
final class OrderCheck {
    /** A worker is left idle for one part of its time in so many. */
    static final int SHARE = 100;
    /** The shortest rest: what is written next is not always there within less, on a machine that is busy. */
    static final Duration SHORTEST = Duration.ofMillis(2);

    /** After so many pauses that were long enough for the program, the time to the next check begins anew. */
    static final int PAUSES = 16;
    /** Even so, a check comes after at most so many times as long as without pauses. */
    static final int RARER = 4;

    /** A rest is doubled no more often than this, however often lives end in disorder. */
    private static final int MOST_DOUBLINGS = 4;

    /** How often a rest goes on because the child works, before it counts as passed. */
    private static final int MOST_RESTS = 10;

    private final long longest;
    private final long firstRest;
    private final EventLoop loop;
    private final Habits habits;
    private final Owner owner;

    private boolean answeredEver;
    private boolean passedEver;
    private long passedAt;
    private long idleSince;
    /** Since when the worker was idle in the pause that was counted last. */
    private long pausedSince;

    private int pauses;
    /** When there had last been enough of them. */
    private long pausedAt;
    /** What the child takes for an answer, and how far it usually is from that. */
    private long usual;

    private long deviation;
    private final Set<Habits.Alarm> alarms = EnumSet.noneOf(Habits.Alarm.class);
    private long outputsBefore;
    /** Of the members of replies since the last check. */
    private long recentNames;

    private EventLoop.@Nullable Timer quiet;
    private int restsLeft;

    /** Told of the end of a check. */
    interface Owner {
        /** True if the child must not be left alone yet, because it works although it owes nothing. */
        boolean mustGoOn();

        /** The worker was left idle for long enough, and wrote nothing. */
        void passed();
    }

    /**
     * @param longest how long a worker is left idle at most, but after a disorder; zero turns the check off
     * @param bound how long it is left idle even then
     */
    OrderCheck(Duration longest, Duration bound, EventLoop loop, Habits habits, Owner owner) {
        this.longest = longest.toNanos();
        this.loop = loop;
        this.habits = habits;
        this.owner = owner;
        // A program whose order was lost before may pause for longer between an object and the reply than was thought.
        long grown = this.longest << Math.min(Math.max(0, habits.disorders() - 1), MOST_DOUBLINGS);
        this.firstRest = Math.max(this.longest, Math.min(grown, bound.toNanos()));
    }

    /** True if nothing is checked. */
    boolean isOff() {
        return longest == 0 || habits.numbersReplies();
    }

    /**
     * True if the worker may be given a request now. If not, {@code passed} is called as soon as it may: a check that is due
     * begins here once the worker is idle.
     */
    boolean allows(boolean idle) {
        if (isOff() || !answeredEver) {
            return true;
        }
        if (quiet != null) {
            return false;
        }
        if (idle) {
            sawIdle(loop.now() - idleSince);
        }
        if (idle && isDue()) {
            begin();
        }
        return !isDue();
    }

    private void sawIdle(long nanos) {
        if (nanos >= rest()) {
            pass();
        } else if (nanos >= needed() && pausedSince != idleSince) {
            pausedSince = idleSince;
            if (++pauses == PAUSES) {
                pauses = 0;
                pausedAt = loop.now();
            }
        }
    }

    /** True if a reply must not be passed on before the next check, which is due now, because it looks like no other. */
    boolean suspects(long names) {
        boolean strange = !isOff() && habits.areStrange(names) && habits.heeds(Habits.Alarm.NAMES);
        if (strange) {
            demand();
        }
        return strange;
    }

    /** A check is due now, unless such an alarm means nothing in this program. */
    void raise(Habits.Alarm alarm) {
        if (passedEver && habits.heeds(alarm)) {
            alarms.add(alarm);
        }
    }

    /** By when a child that owes nothing has surely read its next request, long before it answers it. */
    long halfUsual() {
        return usual / 2;
    }

    /** There is another reason not to pass a reply on before the next check. */
    void demand() {
        alarms.add(Habits.Alarm.NAMES);
    }

    /** True if no reply may be passed on yet: the program is known for disorder, and this life of it has not been checked. */
    boolean mustHold() {
        return !isOff() && !passedEver && habits.disorders() > 0;
    }

    /**
     * The worker has answered.
     *
     * @param idle true if it owes nothing now
     * @param took nanoseconds since it got the request
     * @param names of the reply's members
     * @param outputs lines of its output so far
     */
    void answered(boolean idle, long took, long names, long outputs) {
        answeredEver = true;
        idleSince = loop.now();
        recentNames |= names;
        learn(took);
        if (outputs != outputsBefore) {
            outputsBefore = outputs;
            raise(Habits.Alarm.OUTPUT);
        }
        idle(idle);
    }

    /** Begins a check that is due if the worker owes nothing now. */
    void idle(boolean idle) {
        if (idle && answeredEver && quiet == null && isDue()) {
            begin();
        }
    }

    /** As TCP learns how long an answer takes (RFC 6298). */
    private void learn(long took) {
        if (usual == 0) {
            usual = took;
            deviation = took / 2;
        } else {
            deviation += (Math.abs(took - usual) - deviation) / 4;
            usual += (took - usual) / 8;
        }
    }

    /** How long the worker is left idle. */
    private long rest() {
        if (!passedEver) {
            return firstRest;
        }
        return alarms.contains(Habits.Alarm.NAMES) ? longest : usualRest();
    }

    private long usualRest() {
        return Math.min(longest, Math.max(SHORTEST.toNanos(), needed()));
    }

    /** By when the program has surely written what it writes for one request, on a machine that has time for it. */
    private long needed() {
        return 2 * usual + 4 * deviation;
    }

    /** True if a check is under way, or needed before the next request. */
    boolean isDue() {
        return !isOff() && (!passedEver || !alarms.isEmpty() || isLongAgo());
    }

    private boolean isLongAgo() {
        long now = loop.now();
        long interval = SHARE * usualRest();
        return now - passedAt >= interval && (now - pausedAt >= interval || now - passedAt >= RARER * interval);
    }

    private void begin() {
        restsLeft = MOST_RESTS;
        rest(rest());
    }

    private void rest(long nanos) {
        quiet = loop.afterNanos(nanos, () -> {
            quiet = null;
            if (--restsLeft > 0 && owner.mustGoOn()) {
                rest(nanos);
            } else {
                pass();
                owner.passed();
            }
        });
    }

    private void pass() {
        if (passedEver) {
            // The first check is due in any case, and says nothing of what else there was.
            alarms.forEach(habits::meantNothing);
        }
        habits.hasNames(recentNames);
        recentNames = 0;
        alarms.clear();
        passedEver = true;
        passedAt = loop.now();
        pauses = 0;
        pausedAt = passedAt;
    }

    /** The worker is gone. */
    void stop() {
        if (quiet != null) {
            quiet.stop();
            quiet = null;
        }
    }
}
