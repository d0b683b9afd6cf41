package io.merlinadapter.transport;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One line for a child, without its newline, in parts that are written one after the other. Compared by identity. */
public final class Line {
    private final int length;
    private final Runnable afterWriting;
    private volatile ByteBuffer @Nullable [] parts;

    // These change under the lock of the queue, or while whoever writes has the line in hand.
    private boolean first;
    private volatile boolean waiting;
    private int done;

    /**
     * Takes the parts as they are, each with an array behind it; none may change until the line is written or withdrawn.
     *
     * @param afterWriting called when the parts are needed no more, on any thread; not if the line is given back
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

    /** The number of its bytes, the newline included. */
    int size() {
        return length + 1;
    }

    /** The number of bytes that the operating system has not taken yet, the newline included. */
    int rest() {
        return size() - done;
    }

    /** Copies what was not taken yet, as far as it fits. */
    void copyTo(ByteBuffer target) {
        int skip = done;
        for (ByteBuffer part : Objects.requireNonNull(parts, "the line is written already")) {
            int size = part.remaining();
            if (skip >= size) {
                skip -= size;
            } else {
                int count = Math.min(size - skip, target.remaining());
                target.put(part.array(), part.arrayOffset() + part.position() + skip, count);
                skip = 0;
            }
        }
        if (target.hasRemaining()) {
            target.put((byte) '\n');
        }
    }

    /** To be called when the operating system has taken {@code count} bytes more. */
    void took(int count) {
        done += count;
    }

    boolean hasBegun() {
        return done > 0;
    }

    /** Returns true while it waits in a queue: nobody reads its parts then. */
    boolean isWaiting() {
        return waiting;
    }

    void setWaiting(boolean waits) {
        waiting = waits;
    }

    /** Returns true if it goes before the lines that are not first. */
    boolean isFirst() {
        return first;
    }

    void setFirst(boolean goesFirst) {
        first = goesFirst;
    }

    /** To be called when the operating system has all of it, and it won't be given back any more. */
    void written() {
        parts = null;
        afterWriting.run();
    }
}
