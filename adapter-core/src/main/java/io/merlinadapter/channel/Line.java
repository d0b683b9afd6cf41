package io.merlinadapter.channel;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One line for a child, without its newline, in parts that are written one after the other. Compared by identity. */
public final class Line {
    private final int length;
    private final Runnable afterWriting;
    private volatile ByteBuffer @Nullable [] parts;

    /**
     * Takes the parts as they are, each with an array behind it; none may change until the line is written or withdrawn.
     *
     * @param afterWriting called when the line needs the parts no more, on any thread
     */
    public Line(Runnable afterWriting, ByteBuffer... parts) {
        this.parts = parts;
        this.afterWriting = afterWriting;
        int sum = 0;
        for (ByteBuffer part : parts) {
            sum += part.remaining();
        }
        this.length = sum;
    }

    ByteBuffer[] parts() {
        return Objects.requireNonNull(parts, "the line is written already");
    }

    int length() {
        return length;
    }

    /** The operating system has all of it. */
    void written() {
        parts = null;
        afterWriting.run();
    }
}
