package io.merlinadapter.channel;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One line for a child, without its newline. Compared by identity. */
public final class Line {
    private final int offset;
    private final int length;
    private final Runnable afterWriting;
    private volatile byte @Nullable [] bytes;

    /**
     * Takes the array as it is; it must not change until the line is written or withdrawn.
     *
     * @param afterWriting called when the line needs the array no more, on any thread
     */
    public Line(byte[] bytes, int offset, int length, Runnable afterWriting) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.afterWriting = afterWriting;
    }

    byte[] bytes() {
        return Objects.requireNonNull(bytes, "the line is written already");
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    /** The operating system has all of it. */
    void written() {
        bytes = null;
        afterWriting.run();
    }
}
