package io.merlinadapter.upi.table;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Points in time as protobuf has them, in seconds and nanoseconds, and as texts by RFC 3339. */
final class Timestamps {
    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int LAST_NANO = 999_999_999;

    private Timestamps() {}

    /** Null if there is no such text. */
    static @Nullable String format(long seconds, int nanos) {
        boolean valid = seconds >= FIRST && seconds <= LAST && nanos >= 0 && nanos <= LAST_NANO;
        return valid ? Instant.ofEpochSecond(seconds, nanos).toString() : null;
    }

    /** The point in time, or null if the text is none. */
    static @Nullable Instant parse(String text) {
        try {
            Instant instant = OffsetDateTime.parse(text).toInstant();
            long seconds = instant.getEpochSecond();
            return seconds >= FIRST && seconds <= LAST ? instant : null;
        } catch (DateTimeParseException e) {
            return null;
        }
    }
}
