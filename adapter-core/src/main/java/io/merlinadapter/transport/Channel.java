package io.merlinadapter.transport;

import java.util.List;

/**
 * The way to a child. None of the calls ever waits for the child. For the loop that owns the worker.
 *
 * <p>A line has begun from the first byte that was offered to the operating system; a line that has begun is always
 * finished, and one that has not can be taken back.
 */
public interface Channel {
    /**
     * Sends a line at the end of this turn of the loop, together with the others of the turn, or when the child reads;
     * false if the child reads no more and the line has not begun.
     */
    boolean write(Line line);

    /** As {@link #write}, but before every line that has not begun: for what steers the child. */
    boolean writeFirst(Line line);

    /**
     * Whether so much waits for the child to read that further requests had better wait where another worker can have
     * them. {@link PendingChannel.Listener#room()} tells when that is over.
     */
    boolean isCongested();

    /** Takes back a line; false if it has begun. */
    boolean withdraw(Line line);

    /** Whether the child has certainly not read a byte of {@code line}; false where that can't be known. */
    boolean isUntouched(Line line);

    /** Whether {@code line} has not begun; costs less than {@link #isUntouched} and knows less. */
    boolean isUnbegun(Line line);

    /**
     * Stops writing for good and gives back, in order, the lines of which the child has certainly not read a byte. To be
     * called when nobody can read any more.
     */
    List<Line> halt();

    /**
     * Closes the child's input once what has begun is written: the polite way to say that there is no more. What has not
     * begun is left for {@link #halt()} to give back.
     */
    void close();
}
