package io.merlinadapter.worker;

import io.merlinadapter.loop.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Tells a child that is hung from one that is slow: while it owes an answer it is looked at {@link #LOOKS} times in the
 * time it may keep silent, and is hung when no look found a byte more from it, nor another debt. Looks are counted rather
 * than time, because a machine that was suspended would make every child look silent. For the loop.
 */
final class HangWatch {
    static final int LOOKS = 8;

    private final EventLoop loop;
    private final Duration interval;
    private final Patient patient;

    private EventLoop.@Nullable Timer nextLook;
    private @Nullable Pulse last;
    private int silentLooks;

    /**
     * Watches nothing until {@link #owes()}.
     *
     * @param patience how long a child that owes an answer may be silent
     */
    HangWatch(EventLoop loop, Duration patience, Patient patient) {
        this.loop = loop;
        this.interval = patience.dividedBy(LOOKS);
        this.patient = patient;
    }

    /** Who is watched. */
    interface Patient {
        /** What changes as long as it lives; null while it owes nothing. */
        @Nullable
        Pulse pulse();

        /** It has been silent for too long. */
        void hung();
    }

    /**
     * What changes as long as a child lives.
     *
     * @param lastByteAt when it last wrote
     * @param owesSince since when it owes its oldest answer
     */
    record Pulse(long lastByteAt, long owesSince) {}

    /** It owes an answer from now on, if it did not before. */
    void owes() {
        if (nextLook == null) {
            last = patient.pulse();
            silentLooks = 0;
            nextLook = loop.after(interval, this::look);
        }
    }

    private void look() {
        nextLook = null;
        Pulse pulse = patient.pulse();
        if (pulse == null) {
            return;
        }
        silentLooks = pulse.equals(last) ? silentLooks + 1 : 0;
        last = pulse;
        if (silentLooks >= LOOKS) {
            patient.hung();
        } else {
            nextLook = loop.after(interval, this::look);
        }
    }

    void stop() {
        if (nextLook != null) {
            nextLook.stop();
        }
    }
}
