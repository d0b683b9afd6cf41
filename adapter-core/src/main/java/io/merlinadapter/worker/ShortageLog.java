package io.merlinadapter.worker;

import io.merlinadapter.os.Shortage;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what the system refuses the adapter, once a minute at most: starts are tried again for as long as it takes. */
final class ShortageLog {
    private static final Logger LOG = LoggerFactory.getLogger(ShortageLog.class);
    static final Duration PAUSE = Duration.ofMinutes(1);

    private final LongSupplier clock;
    private final Map<Shortage, Long> saidAt = new EnumMap<>(Shortage.class);

    /** @param clock tells nanoseconds */
    ShortageLog(LongSupplier clock) {
        this.clock = clock;
    }

    /** A worker could not be started. */
    void tell(Worker worker, Shortage shortage) {
        long now = clock.getAsLong();
        Long last = saidAt.get(shortage);
        if (last == null || now - last >= PAUSE.toNanos()) {
            saidAt.put(shortage, now);
            LOG.warn(
                    "{}: it can't be started now, through no fault of the program: {}; it is tried again for as long as it"
                            + " takes",
                    worker,
                    shortage.advice());
        }
    }
}
