package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a worker's answers are waited for when no caller waits any more. A slow answer fails its own request only; the
 * worker is replaced when it is hung, or when one answer never comes. For the loop.
 */
final class Patience implements HangWatch.Patient {
    private final WorkerSettings.PatienceSettings settings;
    private final EventLoop loop;
    private final LifeSigns signs;
    private final Debts owed;
    private final Listener listener;
    private final boolean inOrder;
    private final HangWatch watch;

    /** What is done about a child that is waited for in vain. */
    interface Listener {
        /** Whether its silence matters: one that is starting has a time of its own. */
        boolean isWatched();

        /** It will not answer any more; {@code why} is for people. */
        void hung(String why);

        /** An answer never came, though the child may give others. */
        void abandoned(int inAll, String why);
    }

    /** {@code inOrder} says that a child works on one request after the other. */
    Patience(
            WorkerSettings.PatienceSettings settings,
            EventLoop loop,
            LifeSigns signs,
            Debts owed,
            Listener listener,
            boolean inOrder) {
        this.settings = settings;
        this.loop = loop;
        this.signs = signs;
        this.listener = listener;
        this.inOrder = inOrder;
        this.owed = owed;
        this.watch = new HangWatch(loop, settings.requestTimeout().plus(settings.hangTimeout()), this);
    }

    /** The child has been asked for an answer. */
    void owes() {
        watch.owes();
    }

    /** The worker ends. */
    void stop() {
        watch.stop();
    }

    /**
     * No caller waits for this answer any more. What counts is not when its caller stopped waiting, which may have been
     * very soon, but the time that any request may take.
     */
    void givenUp(InFlight inFlight) {
        abandonLater(inFlight, inFlight.sentAt() + settings.requestTimeout().toNanos() - loop.now());
    }

    private void abandonLater(InFlight inFlight, long nanosLeft) {
        Duration wait = settings.abandonAfter().plusNanos(nanosLeft);
        inFlight.givenUp(loop.after(wait, () -> abandon(inFlight)));
    }

    private void abandon(InFlight inFlight) {
        long since = inOrder && owed.oldest() != inFlight ? loop.now() : owed.oldestSince();
        long busyFor = loop.now() - since;
        long allowed = settings.requestTimeout().plus(settings.abandonAfter()).toNanos();
        if (owed.includes(inFlight) && inOrder && busyFor < allowed) {
            // The child was busy with those before it.
            abandonLater(inFlight, settings.requestTimeout().toNanos() - busyFor);
        } else if (owed.includes(inFlight)) {
            inFlight.abandon();
            listener.abandoned(
                    owed.abandoned(), since(inFlight, "(--request-timeout and --abandon-after together are over)"));
        }
    }

    @Override
    public HangWatch.@Nullable Pulse pulse() {
        InFlight oldest = owed.oldest();
        return oldest == null ? null : new HangWatch.Pulse(signs.lastByteAt(), oldest.sentAt());
    }

    @Override
    public void hung() {
        InFlight oldest = owed.oldest();
        if (oldest != null && listener.isWatched()) {
            listener.hung("it is hung: "
                    + since(
                            oldest,
                            "and written nothing meanwhile (--request-timeout and --hang-timeout together are over)"));
        }
    }

    private String since(InFlight inFlight, String how) {
        long seconds = (loop.now() - inFlight.sentAt()) / 1_000_000_000L;
        return "it has owed an answer for " + seconds + " s " + how + "; " + signs.describe();
    }
}
