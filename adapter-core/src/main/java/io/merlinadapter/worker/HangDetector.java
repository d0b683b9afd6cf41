package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a hung child from a slow one. A child that owes an answer is looked at {@link #LOOKS} times within its patience; it
 * is hung when no look has found a byte more from it, nor another oldest request. Looks are counted rather than time,
 * because a machine that was suspended would make every child seem silent. Event loop only.
 */
final class HangDetector {
    static final int LOOKS = 8;

    private final EventLoop loop;
    private final Duration interval;
    private final Supplier<@Nullable Pulse> pulse;
    private final Runnable hung;
    private EventLoop.@Nullable Timer nextLook;
    private @Nullable Pulse last;
    private int silentLooks;

    /**
     * What changes as long as a child lives.
     *
     * @param lastByteAt when it last wrote
     * @param owesSince since when it has owed its oldest answer
     */
    record Pulse(long lastByteAt, long owesSince) {}

    /**
     * @param patience how long a child that owes an answer may be silent
     * @param pulse the child's pulse; null while it owes nothing
     * @param hung called once the child has been silent for too long
     */
    HangDetector(EventLoop loop, Duration patience, Supplier<@Nullable Pulse> pulse, Runnable hung) {
        this.loop = loop;
        this.interval = patience.dividedBy(LOOKS);
        this.pulse = pulse;
        this.hung = hung;
    }

    /** The child owes an answer. Has no effect while it is being watched. */
    void watch() {
        if (nextLook == null) {
            last = pulse.get();
            silentLooks = 0;
            nextLook = loop.after(interval, this::look);
        }
    }

    private void look() {
        nextLook = null;
        Pulse now = pulse.get();
        if (now == null) {
            return;
        }
        silentLooks = now.equals(last) ? silentLooks + 1 : 0;
        last = now;
        if (silentLooks >= LOOKS) {
            hung.run();
        } else {
            nextLook = loop.after(interval, this::look);
        }
    }

    /** Watches nothing any more, for good. */
    void stop() {
        if (nextLook != null) {
            nextLook.stop();
        }
    }
}
