package io.merlinadapter.worker;

import io.merlinadapter.loop.Loop;
import io.merlinadapter.metrics.AdapterMetrics.DeathReason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a worker's answers are waited for when no caller waits any more. A slow answer fails its own request only; the
 * worker is replaced when it is hung, or when one answer never comes. For the loop.
 */
final class Patience implements HangWatch.Patient {
    private final WorkerSettings.PatienceSettings settings;
    private final Loop loop;
    private final Worker worker;
    private final Debts owed;
    private final HangWatch watch;

    Patience(WorkerSettings.PatienceSettings settings, Loop loop, Worker worker, Debts owed) {
        this.settings = settings;
        this.loop = loop;
        this.worker = worker;
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
        Duration wait = settings.abandonAfter().plusNanos(Math.max(0, nanosLeft));
        inFlight.givenUp(loop.after(wait, () -> abandon(inFlight)));
    }

    /** In a format without ids an answer that never comes makes all later ones useless. */
    private void abandon(InFlight inFlight) {
        if (owed.includes(inFlight) && owed.oldest() != inFlight) {
            // The child was busy with those before it.
            abandonLater(inFlight, settings.requestTimeout().toNanos());
        } else if (owed.includes(inFlight)) {
            replace(
                    "it has owed an answer for ",
                    inFlight,
                    " s (--request-timeout and --abandon-after together are over)");
        }
    }

    @Override
    public HangWatch.@Nullable Pulse pulse() {
        InFlight oldest = owed.oldest();
        return oldest == null ? null : new HangWatch.Pulse(worker.signs().lastByteAt(), oldest.sentAt());
    }

    @Override
    public void hung() {
        InFlight oldest = owed.oldest();
        if (oldest != null && worker.state() != WorkerState.STARTING) {
            replace(
                    "it is hung: it has owed an answer for ",
                    oldest,
                    " s and written nothing meanwhile (--request-timeout and --hang-timeout together are over)");
        }
    }

    private void replace(String since, InFlight inFlight, String how) {
        long seconds = (loop.now() - inFlight.sentAt()) / 1_000_000_000L;
        worker.terminate(
                DeathReason.HANG, since + seconds + how + "; " + worker.signs().describe());
    }
}
