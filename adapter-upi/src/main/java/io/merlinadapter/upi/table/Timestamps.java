package io.merlinadapter.upi.table;

import java.time.Instant;

/** Points in time that protobuf has. */
final class Timestamps {
    static final int LAST_NANO = 999_999_999;

    private static final long FIRST = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private Timestamps() {}

    static boolean isValid(long seconds) {
        return seconds >= FIRST && seconds <= LAST;
    }
}
