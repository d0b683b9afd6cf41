package io.merlinadapter.protocol;

import org.jspecify.annotations.Nullable;

/** Reads past one line that is too long to be kept. For one thread. */
public interface Skim {
    /** The next bytes of the line. */
    void feed(byte[] bytes, int offset, int length);

    /** Its beginning, to be shown where it turns out to be output. */
    byte[] head();

    /**
     * The line is over.
     *
     * @param total how long it was
     * @param limit what it went over, named with its setting
     * @return null if it was the program's own output
     */
    @Nullable
    Message end(long total, String limit);
}
