package io.merlinadapter.os;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The units in which /proc counts, as the kernel has told this process at its start (the auxiliary vector): no other way
 * leads from Java to them.
 */
final class KernelUnits {
    private static final long PAGE_SIZE = 6;
    private static final long CLOCK_TICKS = 17;
    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long USUAL_PAGE = 4096;
    private static final long USUAL_TICKS = 100;

    private static final ByteBuffer VECTOR = vector();
    /** Bytes of a page. */
    static final long PAGE = entry(PAGE_SIZE, USUAL_PAGE);
    /** Nanoseconds of a clock tick. */
    static final long TICK_NANOS = NANOS_PER_SECOND / entry(CLOCK_TICKS, USUAL_TICKS);

    private KernelUnits() {}

    private static ByteBuffer vector() {
        try {
            return ByteBuffer.wrap(Files.readAllBytes(Path.of("/proc/self/auxv")))
                    .order(ByteOrder.nativeOrder());
        } catch (IOException e) {
            return ByteBuffer.allocate(0);
        }
    }

    private static long entry(long key, long usual) {
        for (int at = 0; at + 2 * Long.BYTES <= VECTOR.limit(); at += 2 * Long.BYTES) {
            if (VECTOR.getLong(at) == key) {
                return Math.max(1, VECTOR.getLong(at + Long.BYTES));
            }
        }
        return usual;
    }
}
