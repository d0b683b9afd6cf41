package io.merlinadapter.text;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How long the log has become: there is one for the whole process, as for the loggers. Counts what there may be much of, the
 * lines of children and of the access log; those of the adapter itself are few. Any thread.
 */
public final class LogLength {
    private static final AtomicLong LINES = new AtomicLong();

    private LogLength() {}

    /** One more line was logged. */
    public static void grow() {
        LINES.incrementAndGet();
    }

    /** Lines so far. */
    public static long lines() {
        return LINES.get();
    }
}
